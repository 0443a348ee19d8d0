import type { Page } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { expect, test } from './fixtures.ts';

const IS_DEEP = process.env['ATTUNE_TEST_DEEP'] === '1';
/** Of 95 bytes each: 10 MB, or what is more than the platform keeps of one run. */
const LINES = IS_DEEP ? 1_150_000 : 105_000;
/** Longer work would keep what a person does from being painted at once. */
const TASK_MS_MAX = 100;
const HEAP_MB_MAX = 200;
const READ_MS_MAX = IS_DEEP ? 180_000 : 60_000;

// Its snapshots of a page cost more than what is measured here.
test.use({ trace: 'off' });

test(`a log of ${IS_DEEP ? 'a hundred' : 'ten'} megabytes is read, scrolled and searched without keeping the page from answering`, async ({
  page,
  api,
  browser,
}) => {
  test.setTimeout(IS_DEEP ? 600_000 : 120_000);
  const run = await api.run('probe.flood', { lines: LINES });
  await expect
    .poll(async () => (await api.get(`/api/v1/executions/${run.id}`)).data.status, {
      timeout: READ_MS_MAX,
    })
    .toBe('completed');
  const [attempt] = (await api.get(`/api/v1/executions/${run.id}/attempts`)).data;
  expect(attempt.truncated_bytes > 0).toBe(IS_DEEP);

  await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] });
  await page.goto(paths.execution(run.id));
  const log = page.getByRole('log', { name: 'Output' });
  await expect(log).toContainText('line 00000');
  await expect(page.getByText(/^[\d,]+ lines$/)).toBeVisible({ timeout: READ_MS_MAX });
  await log.focus();
  const scrolledPx = () => log.evaluate(({ scrollTop }) => scrollTop);
  await page.keyboard.press('End');
  await expect.poll(scrolledPx).toBeGreaterThan(1_000_000);
  await page.keyboard.press('PageUp');
  await page.keyboard.press('Home');
  await expect.poll(scrolledPx).toBe(0);
  await page.keyboard.press('PageDown');

  const search = page.getByRole('searchbox', { name: 'Search in the output' });
  const found = page.getByRole('status').filter({ hasText: /^[\d,]+ of [\d,]+$/ });
  await search.focus();
  await page.keyboard.type('needle', { delay: 80 });
  await expect(found).toHaveText(/^1 of \d+$/);
  await expect(log.locator('mark').filter({ hasText: 'needle' }).first()).toBeInViewport();
  await page.keyboard.press('Enter');
  await expect(found).toHaveText(/^2 of \d+$/);
  await page.getByRole('button', { name: 'Regex' }).click();
  await search.fill('l[ia]');
  await expect(page.getByRole('status').filter({ hasText: '20,000+' })).toBeVisible();
  await search.fill('');

  if (!IS_DEEP) {
    await page.getByRole('button', { name: 'First error' }).click();
    await expect(log.getByText('error: that was too much')).toBeInViewport();
    await page.evaluate(() => (window.location.hash = '#L90000'));
    await expect(log.getByText('line 0090000 needle')).toBeInViewport();
  }
  const taskMs = longestTaskMs(await browser.stopTracing());
  const heapMb = await heapMbOf(page);
  const measured = `longest task ${Math.round(taskMs)} ms, heap ${Math.round(heapMb)} MB`;
  test.info().annotations.push({ type: 'measured', description: measured });
  expect(taskMs).toBeLessThan(TASK_MS_MAX);
  expect(heapMb).toBeLessThan(HEAP_MB_MAX);
});

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Of the thread itself, in µs. */
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/**
 * The longest piece of work after which the page's thread answered again, in ms. Counted in the time of that thread,
 * which is how long a person waits where nothing else runs: other work on this machine is not the page's.
 */
function longestTaskMs(trace: Buffer): number {
  const { traceEvents: events } = JSON.parse(trace.toString('utf8')) as {
    traceEvents: readonly TraceEvent[];
  };
  const mains = new Set(
    events
      .filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = events.filter(
    ({ name, pid, tid }) => name === 'RunTask' && mains.has(`${pid} ${tid}`),
  );
  expect(tasks.length, 'the trace holds what the page did').toBeGreaterThan(100);
  return tasks.reduce((longest, { tdur = 0 }) => Math.max(longest, tdur), 0) / 1_000;
}

async function heapMbOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? Number.NaN) / 1e6;
}
