import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import type { Api } from './api.ts';
import { wireTo } from './cut-wire.ts';
import { expect, productUrl, test, unique } from './fixtures.ts';

const emit = async (api: Api, trace: string): Promise<number> =>
  (
    await api.post('/api/v1/events', {
      trigger_ref: 'probe.thing_happened',
      payload: { name: trace },
      trace_tag: trace,
    })
  ).data.id;

const eventsOf = (trace: string) => paths.events({ trace_tag: trace });
const table = (page: Page, name: string) => page.getByRole('table', { name });
const link = (page: Page, id: number) => page.getByRole('link', { name: String(id), exact: true });
const LIVE = 'Live; newest first';

test('new events come to the list by themselves, and wait while the reader is busy with it', async ({
  page,
  api,
}) => {
  const trace = unique('live');
  const first = await emit(api, trace);
  await page.goto(eventsOf(trace));
  await expect(link(page, first)).toBeVisible();
  const second = await emit(api, trace);
  await expect(link(page, second)).toBeVisible();

  await link(page, first).focus();
  const third = await emit(api, trace);
  const newer = page.getByRole('button', { name: '1 newer event' });
  await expect(newer).toBeVisible();
  await expect(link(page, third)).toBeHidden();
  await page.keyboard.press('.');
  await expect(link(page, third)).toBeVisible();
  await expect(newer).toBeHidden();
});

test('an older page says that newer events have come, and changes nothing', async ({
  page,
  api,
}) => {
  const trace = unique('older');
  const [first, second] = [await emit(api, trace), await emit(api, trace)];
  await page.goto(`${eventsOf(trace)}&cursor=${second}`);
  await expect(link(page, first)).toBeVisible();
  const third = await emit(api, trace);
  await page.getByRole('link', { name: 'Newer events have come' }).click();
  await expect(link(page, third)).toBeVisible();
  await expect(page).not.toHaveURL(/cursor/);
});

test('rules, keys and the audit change where they stand, without a reload', async ({
  page,
  api,
}) => {
  const ref = `probe.${unique('rule')}`;
  await page.goto(paths.rules());
  await expect(page.getByText('Live', { exact: true })).toBeVisible();
  await api.post('/api/v1/rules', {
    ref,
    pack_ref: 'probe',
    label: 'Seen at once',
    trigger_ref: 'probe.thing_happened',
    action_ref: 'core.echo',
    action_params: { message: 'x' },
    enabled: true,
  });
  await expect(page.getByRole('switch', { name: `Rule ${ref}` })).toBeChecked();
  await api.post(`/api/v1/rules/${ref}/disable`);
  await expect(page.getByRole('switch', { name: `Rule ${ref}` })).not.toBeChecked();

  await page.goto(`${paths.audit()}?resource=${ref}`);
  await expect(page.getByText(LIVE)).toBeVisible();
  await api.delete(`/api/v1/rules/${ref}`);
  await expect(
    table(page, /./ as unknown as string)
      .getByText(/deleted/)
      .first(),
  ).toBeVisible();

  const key = unique('key');
  await page.goto(paths.keys());
  await api.post('/api/v1/keys', {
    ref: key,
    name: 'Seen',
    owner_type: 'system',
    value: 'a value',
    encrypted: true,
  });
  await expect(table(page, 'Keys')).toContainText(key);
});

test('a list whose connection is cut says so, and misses nothing when it is back', async ({
  page,
  api,
}) => {
  const trace = unique('cut');
  await emit(api, trace);
  const wire = await wireTo(productUrl());
  try {
    await page.goto(`${wire.url}${eventsOf(trace)}`);
    await expect(page.getByText(LIVE)).toBeVisible();
    wire.tear();
    const missed = await emit(api, trace);
    await expect(page.getByText('No live data since')).toBeVisible();
    wire.mend();
    await expect(link(page, missed)).toBeVisible();
    await expect(page.getByText(LIVE)).toBeVisible();
  } finally {
    await wire.close();
  }
});
