import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { expect, test, unique } from './fixtures.ts';

const table = (page: Page) => page.getByRole('table', { name: 'Runs, newest first' });
const listOf = (trace: string, more = '') => `${paths.executions()}?trace=${trace}${more}`;

test('filters are asked of the server, stand in the address and in words, and are taken away one by one', async ({
  page,
  api,
}) => {
  const trace = unique('filters');
  await api.runToEnd('core.echo', { message: `needle-${trace}` }, { trace_tag: trace });
  await api.runToEnd('core.echo', { message: 'hay' }, { trace_tag: trace });
  const failed = await api.runToEnd(
    'core.sleep',
    { seconds: 30 },
    { trace_tag: trace, timeout_seconds: 1 },
  );

  await page.goto(listOf(trace));
  await expect(table(page).getByRole('row')).toHaveCount(4);
  await page.getByLabel('Text in the result').fill(`needle-${trace}`);
  await page.getByRole('button', { name: 'Filter', exact: true }).click();
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(/text=needle-/);

  await page.getByRole('link', { name: /Take away: result has/ }).click();
  await expect(table(page).getByRole('row')).toHaveCount(4);
  await page.goto(listOf(trace, '&signal=term&min=500ms&token=ended&worker=no-such-worker'));
  await expect(page.getByText('No run fits these filters.')).toBeVisible();
  await page.getByRole('link', { name: /Take away: worker is/ }).click();
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await expect(table(page)).toContainText(String(failed.id));
});

test('a view is kept under a name, found again, and deleted', async ({ page }) => {
  await page.goto(`${paths.executions()}?status=failed&action=core.echo`);
  const name = unique('view');
  await expect(async () => {
    await page.getByRole('button', { name: 'Save this view' }).click();
    await expect(page.getByLabel('Name of the view')).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.type(name);
  await page.keyboard.press('Enter');
  await page.goto(paths.executions());
  await page.getByRole('link', { name }).click();
  await expect(page).toHaveURL(/status=failed/);
  await page.getByRole('button', { name: 'Delete this view' }).click();
  await expect(page.getByRole('link', { name })).toHaveCount(0);
});

test('runs are selected by keys, cancelled together with a reason, and what became of each is told', async ({
  page,
  api,
}) => {
  const trace = unique('bulk');
  const done = await api.runToEnd('core.echo', { message: 'done' }, { trace_tag: trace });
  const open = [
    await api.run('core.sleep', { seconds: 300 }, { trace_tag: trace }),
    await api.run('core.sleep', { seconds: 300 }, { trace_tag: trace }),
  ];
  await page.goto(listOf(trace));
  await expect(async () => {
    await page.keyboard.press('j');
    await expect(page.locator('a:focus')).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('Space');
  const bar = page.getByRole('region', { name: 'Selected runs' });
  await expect(bar).toContainText('1 selected');
  await page.getByLabel('Select all runs of this page').check();
  await bar.getByRole('button', { name: 'Cancel 2…' }).click();

  const dialog = page.getByRole('alertdialog', { name: 'Cancel 2 runs?' });
  await expect(dialog.getByRole('listitem').filter({ hasText: String(done.id) })).toContainText(
    'has ended: completed, left as it is',
  );
  expect(await violationsOf(page)).toEqual([]);
  await dialog.getByLabel('Reason').fill('wrong table');
  await dialog.getByRole('button', { name: 'Cancel 2 runs' }).click();
  await expect(dialog.getByRole('status')).toHaveText('2 of 2 done.');
  await dialog.getByRole('button', { name: 'Close' }).click();
  for (const { id } of open)
    expect(await api.untilEnded(id)).toMatchObject({
      status: 'cancelled',
      cancel_reason: 'wrong table',
    });
});

test('runs are run again together, each as a run of its own', async ({ page, api }) => {
  const trace = unique('again');
  for (const message of ['one', 'two'])
    await api.runToEnd('core.echo', { message }, { trace_tag: trace });
  await page.goto(listOf(trace));
  await expect(async () => {
    await page.getByLabel('Select all runs of this page').check({ timeout: 1_000 });
    await expect(page.getByRole('button', { name: 'Re-run 2…' })).toBeVisible({ timeout: 1_000 });
  }).toPass();
  await page.getByRole('button', { name: 'Re-run 2…' }).click();
  const dialog = page.getByRole('alertdialog', { name: 'Re-run 2 runs?' });
  await dialog.getByRole('button', { name: 'Re-run 2 runs' }).click();
  await expect(dialog.getByText(/run again as \d+/)).toHaveCount(2);
  await dialog.getByRole('button', { name: 'Close' }).click();
  const again = await api.untilAllEnded(trace, 4);
  expect(again.every(({ status }) => status === 'completed')).toBe(true);
  await expect(table(page).getByRole('row')).toHaveCount(5);
});

test('a range of the chart is chosen by keys and by dragging, and filters the list', async ({
  page,
  api,
}) => {
  const trace = unique('brush');
  await api.runToEnd('core.echo', { message: 'first' }, { trace_tag: trace });
  const last = await api.runToEnd('core.sleep', { seconds: 1 }, { trace_tag: trace });
  const later = await api.runToEnd('core.echo', { message: 'x' }, { trace_tag: trace });
  await page.goto(listOf(trace));
  const chart = page.getByRole('img', { name: /How long 3 runs took/ });
  await expect(chart).toBeVisible();
  await expect(async () => {
    await page.keyboard.press('b');
    await expect(page.getByRole('slider', { name: 'From' })).toBeFocused({ timeout: 1_000 });
  }).toPass();
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/from=20.*&to=20/);
  await expect(table(page).getByRole('row')).toHaveCount(2);
  await expect(table(page)).toContainText(String(later.id));

  await page.getByRole('button', { name: 'Show all times' }).click();
  await expect(table(page).getByRole('row')).toHaveCount(4);
  await expect(chart).toBeVisible();
  const box = await chart.boundingBox();
  if (box === null) throw new Error('the chart has a place');
  await page.mouse.move(box.x + box.width + 2, box.y + 20);
  await page.mouse.move(box.x + box.width - 2, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.9, box.y + 40, { steps: 3 });
  await page.mouse.up();
  await expect(page).toHaveURL(/from=20.*&to=20/);
  await expect(table(page)).not.toContainText(String(last.id - 1));
});

test('the sidebar counts what runs, as it changes', async ({ page, api }) => {
  const navigation = page.getByRole('navigation', { name: 'Main' });
  const running = async () =>
    Number(/(\d+) running/.exec((await navigation.textContent()) ?? '')?.[1] ?? -1);
  await page.goto(paths.packs());
  await expect.poll(running).toBeGreaterThanOrEqual(0);
  const before = await running();
  const { id } = await api.run('core.sleep', { seconds: 300 });
  await expect.poll(running).toBeGreaterThan(before);
  await api.post(`/api/v1/executions/${id}/cancel`, {});
  await api.untilEnded(id);
  await expect.poll(running).toBe(before);
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`a comparison names what changed since the last success, and has no axe violation in the ${colorScheme} theme`, async ({
    page,
    api,
  }) => {
    await api.runToEnd(
      'core.echo',
      { message: 'as before' },
      { env_vars: { DRAIN_SECONDS: '20' } },
    );
    const run = await api.runToEnd(
      'core.echo',
      { message: 'not as before' },
      { env_vars: { DRAIN_SECONDS: '45' } },
    );
    await page.emulateMedia({ colorScheme });
    await page.goto(`${paths.execution(run.id)}?tab=compare`);
    const differences = page.getByRole('table', { name: /where they differ/ });
    await expect(
      differences.getByRole('row', { name: /DRAIN_SECONDS differs 20 45/ }),
    ).toBeVisible();
    await expect(
      differences.getByRole('row', { name: /^Environment: 1 difference/ }),
    ).toBeVisible();
    await expect(differences.getByRole('row', { name: /^Not counted/ })).toContainText('HOME');
    await expect(differences.getByRole('row', { name: /^message differs/ })).toBeVisible();
    await expect(differences.getByRole('row', { name: /stdout, line 1 differs/ })).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);

    await page.goto(`${paths.execution(run.id)}?tab=context`);
    await expect(page.getByRole('button', { name: /^Changed since run \d+ 1$/ })).toBeVisible();
    await expect(page.getByRole('row', { name: /^DRAIN_SECONDS 45/ })).toContainText(
      'changed since the last success, was 20',
    );
    expect(await violationsOf(page)).toEqual([]);
    await page.goto(`${paths.executions()}?min=1ms`);
    await expect(table(page)).toBeVisible();
    expect(await violationsOf(page)).toEqual([]);

    await page.setViewportSize({ width: 360, height: 800 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      360,
    );
  });
}

async function violationsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`,
  );
}
