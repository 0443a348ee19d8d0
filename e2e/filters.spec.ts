import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import type { Api } from './api.ts';
import { expect, test, unique } from './fixtures.ts';
import { makePack } from './make-pack.ts';

let removePack = () => {};

test.beforeAll(async ({ adminApi }) => {
  removePack = await makePack(adminApi, 'sieve', {
    exits: {
      more: 'max_retries: 1\nretry: {backoff: constant, delay_seconds: 0, jitter: false}',
      program: 'exit 7',
    },
    kills_itself: { program: 'kill -9 $$' },
  });
});

test.afterAll(() => removePack());

test('each filter, set where one sees it, stands in the address and leaves the runs that fit', async ({
  page,
  api,
}) => {
  const trace = unique('sieve');
  const runs = await makeRuns(api, trace);
  const all = Object.values(runs);
  const [worker] = (await api.get('/api/v1/workers')).items as { name: string }[];
  const typed = (label: string, value: string) => async () => {
    await page.getByLabel(label, { exact: true }).fill(value);
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
  };
  const chosen = (label: string, option: string) => async () => {
    await page.getByLabel(label, { exact: true }).selectOption({ label: option });
    await page.getByRole('button', { name: 'Filter', exact: true }).click();
  };
  const pressed = (list: string, link: string) => () =>
    page.getByRole('list', { name: list }).getByRole('link', { name: link, exact: true }).click();

  const { plain, slow, failed, killed, ruled, open } = runs;
  const filters: readonly (readonly [set: () => Promise<void>, inUrl: string, fit: number[]])[] = [
    [pressed('Statuses', 'failed'), 'status=failed', [failed, killed]],
    [pressed('How it ended', 'killed from outside'), 'reason=killed', [killed]],
    [typed('Action', 'core.echo'), 'action=core.echo', [plain]],
    [typed('Action', 'sieve.*'), 'action=sieve.*', [failed, killed]],
    [typed('Pack', 'sieve'), 'pack=sieve', [failed, killed]],
    [typed('Rule', `probe.${trace}`), `rule=probe.${trace}`, [ruled]],
    [typed('Trigger', 'probe.thing_happened'), 'trigger=probe.thing_happened', [ruled]],
    [typed('Asked for by', 'nobody_at_all'), 'by=nobody_at_all', []],
    [typed('Worker', worker?.name ?? ''), `worker=${worker?.name}`, all],
    [typed('Worker', 'no-such-worker'), 'worker=no-such-worker', []],
    [typed('Exit code', '7'), 'exit=7', [failed]],
    [typed('Signal', 'KILL'), 'signal=KILL', [killed]],
    [typed('Took at least', '900ms'), 'min=900ms', [slow]],
    [typed('Created from', '-1h'), 'from=-1h', all],
    [typed('Created before', '-1h'), 'to=-1h', []],
    [typed('Text in the result', `needle-${trace}`), `text=needle-${trace}`, [plain]],
    [chosen('Attempts', 'more than one'), 'retried=yes', [failed]],
    [chosen('Token', 'active'), 'token=active', [open]],
  ];
  const list = `${paths.executions()}?trace=${trace}`;
  await page.goto(list);
  for (const [set, inUrl, fit] of filters) {
    await expect.poll(() => shownIn(page)).toHaveLength(all.length);
    await set();
    await expect(page, inUrl).toHaveURL((url) => decodeURIComponent(url.search).includes(inUrl));
    await expect(page, 'what was there before stays').toHaveURL(new RegExp(`trace=${trace}`));
    await expect.poll(() => shownIn(page), inUrl).toEqual(fit.toSorted((a, b) => b - a));
    await page.goBack();
    await expect(page).toHaveURL(list);
  }
  await api.post(`/api/v1/executions/${open}/cancel`, {});
});

test('runs that ended because their token was revoked, or by a limit, are found by that', async ({
  page,
  api,
}) => {
  const trace = unique('revoked');
  await api.runToEnd('core.noop', {}, { trace_tag: trace });
  const { id } = await api.run('core.sleep', { seconds: 300 }, { trace_tag: trace });
  const statusOf = async () => (await api.get(`/api/v1/executions/${id}`)).data.status;
  await expect.poll(statusOf).toBe('running');
  await api.post(`/api/v1/executions/${id}/token/revoke`);
  await api.untilEnded(id);
  const ends = page.getByRole('list', { name: 'How it ended' });

  await page.goto(`${paths.executions()}?trace=${trace}`);
  await expect.poll(() => shownIn(page)).toHaveLength(2);
  await ends.getByRole('link', { name: 'token revoked' }).click();
  await expect.poll(() => shownIn(page)).toEqual([id]);

  await ends.getByRole('link', { name: 'too much memory' }).click();
  await expect(page).toHaveURL(/reason=limit_memory/);
  await expect.poll(() => shownIn(page)).toEqual([]);
});

/** One for each filter to find, by what is to be found; all of one trace. */
async function makeRuns(api: Api, trace: string) {
  const tagged = { trace_tag: trace };
  const rule = `probe.${trace}`;
  await api.post('/api/v1/rules', {
    ref: rule,
    pack_ref: 'probe',
    label: rule,
    trigger_ref: 'probe.thing_happened',
    action_ref: 'core.noop',
    conditions: { all: [{ field: 'name', operator: 'equals', value: rule }] },
  });
  await api.post('/api/v1/events', {
    trigger_ref: 'probe.thing_happened',
    payload: { name: rule },
    ...tagged,
  });
  const [plain, slow, failed, killed] = await Promise.all([
    api.runToEnd('core.echo', { message: `needle-${trace}` }, tagged),
    api.runToEnd('core.sleep', { seconds: 1 }, tagged),
    api.runToEnd('sieve.exits', {}, tagged),
    api.runToEnd('sieve.kills_itself', {}, tagged),
  ]);
  const open = await api.run('core.sleep', { seconds: 300 }, tagged);
  const statusOf = async (id: number) => (await api.get(`/api/v1/executions/${id}`)).data.status;
  await expect.poll(() => statusOf(open.id)).toBe('running');
  const ofRule = async () => (await api.get(`/api/v1/executions?rule_ref=${rule}`)).items;
  await expect.poll(async () => (await ofRule())[0]?.status).toBe('completed');
  const [ruled] = (await ofRule()) as { id: number }[];
  await api.delete(`/api/v1/rules/${rule}`);
  return {
    plain: plain.id,
    slow: slow.id,
    failed: failed.id,
    killed: killed.id,
    open: open.id,
    ruled: ruled?.id ?? 0,
  };
}

/** The numbers of the runs in the list, in its order. */
const shownIn = async (page: Page): Promise<number[]> => {
  const links = page
    .getByRole('table', { name: 'Runs, newest first' })
    .getByRole('link', { name: /^\d+$/ });
  return (await links.allInnerTexts()).map(Number);
};
