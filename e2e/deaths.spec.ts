import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright/test';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { Api } from './api.ts';
import { expect, test, unique } from './fixtures.ts';
import { brokenPromises } from './invariants.ts';
import {
  below,
  environmentOf,
  isHost,
  isWeb,
  isWorker,
  listProcesses,
  type ProcessRow,
} from './processes.ts';
import { PASSWORD, type Product, startProduct } from './product.ts';

/** A product of its own, whose processes are killed. */
test.describe.configure({ mode: 'serial' });
test.use({ storageState: { cookies: [], origins: [] } });

/** Small, so that a death is noticed within seconds; the fault suite waits for the real ones once. */
const SMALL = {
  LEASE_SECONDS: '3',
  LEASE_GRACE_SECONDS: '2',
  KILL_GRACE_SECONDS: '1',
  DRAIN_SECONDS: '2',
};
const GONE_MS_MAX = 5_000;
/** The launcher waits, the program starts, and it is found. */
const BACK_MS_MAX = 20_000;

let product: Product;
let api: Api;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  product = await startProduct(SMALL);
  api = await Api.logIn(product.url, 'admin', PASSWORD);
});
test.afterAll(async () => {
  await product?.stop();
});
test.afterEach(async () => {
  expect(await brokenPromises(product.dataDir)).toEqual([]);
});

test('a worker that is killed takes every process along, its runs say who was lost and when, and the launcher starts another', async ({
  page,
}) => {
  const runs = await runsAtWork(3);
  const directories = runDirectories();
  expect(directories).toHaveLength(3);
  const { name, host } = await theWorker();

  const dead = kill(isWorker);

  await expect.poll(() => processesOf(runs), { timeout: GONE_MS_MAX }).toEqual([]);
  for (const run of runs) {
    const { status, end_reason, error } = await api.untilEnded(run.id);
    expect({ status, end_reason }).toEqual({ status: 'abandoned', end_reason: 'worker_lost' });
    expect(error).toMatch(
      new RegExp(`^The worker ${name} on ${host} was lost: its last sign of life was at 2\\d{3}-`),
    );
  }
  await untilBack(isWorker, dead);
  expect(product.output()).toContain('worker ended (SIGKILL); starting it again in 1 s');
  await expect.poll(() => directories.filter((path) => existsSync(path))).toEqual([]);
  expect(await api.runToEnd('core.noop')).toMatchObject({ status: 'completed' });

  const [run] = runs as [Execution];
  await logIn(page);
  await page.goto(`${product.url}${paths.execution(run.id)}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(
    new RegExp(`^Abandoned: The worker ${name} on ${host} was lost: its last sign of life was at `),
  );
  const [attempt] = await attemptsOf(run);
  await expect(
    page.getByRole('alert').filter({ hasText: 'Kill unproven: a process may still be running' }),
  ).toHaveCount(attempt?.kill_unproven === true ? 1 : 0);
  await expect(page.getByRole('region', { name: 'How it ended' })).toContainText(
    attempt?.kill_unproven === true ? 'Not proven to be gone' : '0 left',
  );
  await page.screenshot({ path: 'test-results/deaths-worker.png', fullPage: true });
});

test('a process host that is killed takes every process along, no run goes on as if it were there, and a new one takes its place', async () => {
  const runs = await runsAtWork(3);
  const directories = runDirectories();
  const worker = find(isWorker);

  const dead = kill(isHost);

  await expect.poll(() => processesOf(runs), { timeout: GONE_MS_MAX }).toEqual([]);
  for (const run of runs) {
    const { status, end_reason, error } = await api.untilEnded(run.id);
    expect(`${status}, ${end_reason}: ${error}`).toMatch(/^(abandoned|failed), \w+: \w+/);
  }
  await untilBack(isHost, dead);
  await untilBack(isWorker, worker);
  expect(product.output()).toContain('worker ended (exit code 1); starting it again');
  await expect.poll(() => directories.filter((path) => existsSync(path))).toEqual([]);
  expect(await api.runToEnd('core.noop')).toMatchObject({ status: 'completed' });
});

test('of events that are posted, and repeated where no answer came, while web is killed each has exactly one run', async () => {
  const trigger = await aTriggerWithRule();
  const stop = new AbortController();
  const clients = Array.from({ length: 8 }, () => offerEvents(trigger, stop.signal));
  await delay(1_000);

  const dead = kill(isWeb);

  await untilBack(isWeb, dead);
  await expect.poll(() => fetch(`${product.url}/health`).then(isOk, () => false)).toBe(true);
  await delay(500);
  stop.abort();
  const offers = await Promise.all(clients);
  expect(product.output()).toContain('web ended (SIGKILL); starting it again in 1 s');
  expect(offers.reduce((sum, { unanswered }) => sum + unanswered, 0)).toBeGreaterThan(0);
  expect(offers.flatMap(({ refused }) => refused)).toEqual([]);
  const events = offers.flatMap(({ ids }) => ids);
  expect(new Set(events).size).toBe(events.length);
  await expect
    .poll(() => runsByEvent(trigger), { timeout: 30_000 })
    .toEqual(new Map(events.toSorted((a, b) => a - b).map((id) => [id, ['completed']])));
});

const isOk = ({ ok }: Response) => ok;

/** Runs that would go on for long, each with a process that is really there. */
async function runsAtWork(count: number): Promise<Execution[]> {
  const runs = await Promise.all(
    Array.from({ length: count }, () => api.run('core.sleep', { seconds: 300 })),
  );
  await expect
    .poll(() => new Set(processesOf(runs).map(({ run }) => run)).size, { timeout: 20_000 })
    .toBe(count);
  return runs;
}

/** What runs for them on this machine, wherever it hangs. */
const processesOf = (runs: readonly Execution[]): { pid: number; run: number }[] =>
  listProcesses().flatMap(({ pid }) => {
    const env = environmentOf(pid);
    const run = Number(env.get('ATTUNE_EXEC_ID'));
    return env.get('ATTUNE_API_URL') === product.url && runs.some(({ id }) => id === run)
      ? [{ pid, run }]
      : [];
  });

/** `<data>/runs/<worker>/<run>` */
function runDirectories(): string[] {
  const root = join(product.dataDir, 'runs');
  return readdirSync(root).flatMap((worker) =>
    readdirSync(join(root, worker)).map((run) => join(root, worker, run)),
  );
}

/** Those of the product, outermost first. */
const find = (is: (row: ProcessRow) => boolean): number[] =>
  below([product.process.pid ?? 0], listProcesses())
    .filter(is)
    .map(({ pid }) => pid);

/** @returns those that were killed */
function kill(is: (row: ProcessRow) => boolean): number[] {
  const pids = find(is);
  expect(pids.length).toBeGreaterThan(0);
  for (const pid of pids) process.kill(pid, 'SIGKILL');
  return pids;
}

const untilBack = (is: (row: ProcessRow) => boolean, dead: readonly number[]) =>
  expect
    .poll(() => find(is).filter((pid) => !dead.includes(pid)).length, { timeout: BACK_MS_MAX })
    .toBeGreaterThan(0);

async function theWorker(): Promise<{ name: string; host: string }> {
  const { items } = await api.get('/api/v1/workers');
  return items.find((worker: { stopped_at: string | null }) => worker.stopped_at === null);
}

const attemptsOf = async ({ id }: Execution): Promise<Attempt[]> =>
  (await api.get(`/api/v1/executions/${id}/attempts`)).data;

async function logIn(page: Page): Promise<void> {
  await page.goto(`${product.url}/login`);
  await page.getByLabel('Login').fill('admin');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${product.url}/`);
}

/** @returns the trigger's ref; its rule has the same */
async function aTriggerWithRule(): Promise<string> {
  const ref = `default.${unique('deaths')}`;
  await api.post('/api/v1/triggers', { ref, label: 'Deaths', enabled: true });
  await api.post('/api/v1/rules', {
    pack_ref: 'default',
    ref,
    label: 'Deaths',
    trigger_ref: ref,
    action_ref: 'core.noop',
  });
  return ref;
}

interface Offer {
  /** One for each event that was offered. */
  readonly ids: number[];
  readonly refused: string[];
  /** How often no answer came, and the same was said again. */
  readonly unanswered: number;
}

/** Posts one event after the other; each again, with its key, until it is answered. */
async function offerEvents(trigger_ref: string, signal: AbortSignal): Promise<Offer> {
  const offer = { ids: [] as number[], refused: [] as string[], unanswered: 0 };
  const say = (key: string) =>
    api
      .ask('POST', '/api/v1/events', { trigger_ref, payload: {} }, { 'idempotency-key': key })
      .catch(() => null);
  while (!signal.aborted) {
    const key = unique('event');
    let answer = await say(key);
    while (answer === null || answer.status === 503) {
      if (answer === null) offer.unanswered += 1;
      await delay(100);
      answer = await say(key);
    }
    if (answer.status < 300) offer.ids.push(answer.body.data.id);
    else offer.refused.push(`${answer.status} ${JSON.stringify(answer.body)}`);
    await delay(20);
  }
  return offer;
}

/** The statuses of the runs of each event of a rule, by event. */
async function runsByEvent(rule: string): Promise<Map<number, string[]>> {
  const list = (what: string) => allOf<{ id: number }>(`/api/v1/${what}?rule_ref=${rule}`);
  const enforcements = (await list('enforcements')) as { id: number; event: number }[];
  const runs = (await list('executions')) as (Execution & { enforcement: number })[];
  const statuses = Map.groupBy(runs, ({ enforcement }) => enforcement);
  return new Map(
    enforcements
      .toSorted((a, b) => a.event - b.event)
      .map(({ id, event }) => [event, (statuses.get(id) ?? []).map(({ status }) => status)]),
  );
}

async function allOf<T>(path: string): Promise<T[]> {
  const items: T[] = [];
  for (let page = 1; ; page++) {
    const answer = await api.get(`${path}&page_size=1000&page=${page}`);
    items.push(...answer.items);
    if (answer.items.length < 1_000) return items;
  }
}
