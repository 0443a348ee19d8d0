import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import { Api } from './api.ts';
import { expect, test, unique } from './fixtures.ts';
import { brokenPromises } from './invariants.ts';
import { below, listProcesses } from './processes.ts';
import { PASSWORD, type Product, startProduct } from './product.ts';

/** A product of its own, whose database goes away. */
test.describe.configure({ mode: 'serial' });
test.use({ storageState: { cookies: [], origins: [] } });

const AWAY_MS = process.env['ATTUNE_TEST_DEEP'] === undefined ? 6_000 : 10_000;
/** Waiting for two seconds, asked again for two, and a page that asks for itself. */
const NOTICE_MS_MAX = 8_000;

const POSTGRES = { password: 'the password of the outage test' };
let postgres: EmbeddedPostgres;
let product: Product;
let api: Api;
let postgresDir: string;

test.beforeAll(async () => {
  test.setTimeout(240_000);
  postgresDir = mkdtempSync(join(tmpdir(), 'attune-outage-'));
  chmodSync(postgresDir, 0o711); // Postgres' user has to pass
  postgres = await startEmbeddedPostgres({ dataDir: postgresDir, ...POSTGRES });
  product = await startProduct({ DATABASE_URL: postgres.url });
  api = await Api.logIn(product.url, 'admin', PASSWORD);
});
test.afterAll(async () => {
  if (postgres !== undefined) freeze('SIGCONT');
  await product?.stop();
  await postgres?.stop();
  rmSync(postgresDir, { recursive: true, force: true });
});

test.afterEach(async () => {
  expect(await brokenPromises(product.dataDir, { DATABASE_URL: postgres.url })).toEqual([]);
});

const freeze = (signal: 'SIGSTOP' | 'SIGCONT') => {
  for (const { pid } of below([postgres.child.pid ?? 0], listProcesses()))
    process.kill(pid, signal);
};

const OUTAGES = {
  'is stopped and started again': async (whileAway: () => Promise<void>) => {
    await postgres.stop();
    await whileAway();
    postgres = await startEmbeddedPostgres({ dataDir: postgresDir, ...POSTGRES });
  },
  'crashes and recovers': async (whileAway: () => Promise<void>) => {
    postgres.child.kill('SIGKILL');
    await whileAway();
    await postgres.stop();
    postgres = await startEmbeddedPostgres({ dataDir: postgresDir, ...POSTGRES });
  },
  'freezes and goes on': async (whileAway: () => Promise<void>) => {
    freeze('SIGSTOP');
    await whileAway();
    freeze('SIGCONT');
  },
};

for (const [how, outage] of Object.entries(OUTAGES)) {
  test(`a database that ${how} costs no accepted event and no running action, and what is refused is a 503 that says when to come again`, async () => {
    test.setTimeout(120_000);
    const { trigger, tag } = await anEventThatRuns();
    const talking = await api.run('core.sleep', { seconds: Math.ceil(AWAY_MS / 1_000) + 3 });
    await expect.poll(() => isAsleep()).toBe(true); // claimed is not started yet
    const offering = offerEvents(trigger);

    await outage(() => delay(AWAY_MS));

    const { accepted, refused } = await offering.untilAcceptedAgain();
    expect((await api.untilEnded(talking.id)).status).toBe('completed');
    const attempts = await api.get(`/api/v1/executions/${talking.id}/attempts`);
    expect(attempts.data).toMatchObject([{ status: 'completed' }]);
    expect(refused.filter(({ status }) => status !== 503)).toEqual([]);
    for (const { body, retryAfter } of refused) {
      expect(body).toMatchObject({ error: expect.stringContaining('database') });
      expect(Number(retryAfter)).toBeGreaterThan(0);
    }
    // Who was asking when it froze may have waited for it.
    expect(refused.length > 0 || how.startsWith('freezes')).toBe(true);
    // Those that were refused may be there as well, where the answer alone was lost; none is there twice.
    await expect
      .poll(async () => {
        const events = await runsByEvent(tag);
        return accepted.filter((id) => events.get(id) !== 1);
      })
      .toEqual([]);
    expect([...(await runsByEvent(tag)).values()].every((count) => count === 1)).toBe(true);
  });
}

test('a page says that the database does not answer, another page says so in its place, and both come back by themselves', async ({
  page,
}) => {
  test.setTimeout(120_000);
  await page.goto(`${product.url}/login`);
  await page.getByLabel('Login').fill('admin');
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Log in' }).click();
  await page.waitForURL(`${product.url}/`);
  await page.goto(`${product.url}/executions`);
  const banner = page.getByRole('status').getByText('The database does not answer since');

  freeze('SIGSTOP');
  try {
    await expect(banner).toBeVisible({ timeout: NOTICE_MS_MAX });
    await page.screenshot({ path: 'test-results/outage-banner.png' });
    await page.getByRole('navigation').getByRole('link', { name: 'Rules' }).first().click();
    await expect(page.getByRole('heading', { name: 'The database does not answer' })).toBeVisible({
      timeout: NOTICE_MS_MAX,
    });
    await page.screenshot({ path: 'test-results/outage-page.png' });
  } finally {
    freeze('SIGCONT');
  }

  await expect(page.getByRole('heading', { name: 'Rules', level: 2 })).toBeVisible();
  await expect(banner).toBeHidden();
  await page.getByRole('navigation').getByRole('link', { name: 'Executions' }).first().click();
  const { id } = await api.run('core.noop');
  // Live again: the row, or the word that there is one.
  const newer = page.getByRole('button', { name: /newer run/ });
  await expect(
    newer.or(page.getByRole('link', { name: String(id), exact: true })).first(),
  ).toBeVisible();
});

/** Whether a process of the product sleeps. */
const isAsleep = (): boolean =>
  below([product.process.pid ?? 0], listProcesses()).some(({ command }) =>
    /(^|\/)sleep [\d.]+$/.test(command),
  );

/** A trigger whose events run an action; the runs' rule carries the name that is returned as `tag`. */
async function anEventThatRuns(): Promise<{ trigger: string; tag: string }> {
  const trigger = `default.${unique('outage')}`;
  const tag = `default.${unique('outage_rule')}`;
  await api.post('/api/v1/triggers', { ref: trigger, label: 'Outage', enabled: true });
  await api.post('/api/v1/rules', {
    pack_ref: 'default',
    ref: tag,
    label: 'Outage',
    trigger_ref: trigger,
    action_ref: 'core.noop',
  });
  return { trigger, tag };
}

/** How many runs each event of a rule has. */
async function runsByEvent(rule: string): Promise<Map<number, number>> {
  const { items } = await api.get(`/api/v1/enforcements?rule_ref=${rule}&page_size=1000`);
  const runs = await api.get(`/api/v1/executions?rule_ref=${rule}&page_size=1000`);
  const byEnforcement = new Map<number, number>();
  for (const { enforcement } of runs.items)
    byEnforcement.set(enforcement, (byEnforcement.get(enforcement) ?? 0) + 1);
  const counts = new Map<number, number>();
  for (const { id, event } of items)
    counts.set(event, (counts.get(event) ?? 0) + (byEnforcement.get(id) ?? 0));
  return counts;
}

interface Refused {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

/** Posts one event after the other until told to stop. */
function offerEvents(trigger_ref: string) {
  const accepted: number[] = [];
  const refused: Refused[] = [];
  const stop = new AbortController();
  const offering = (async () => {
    while (!stop.signal.aborted) {
      const answer = await api.ask('POST', '/api/v1/events', { trigger_ref, payload: {} });
      if (answer.status < 300) accepted.push(answer.body.data.id);
      else
        refused.push({
          status: answer.status,
          retryAfter: answer.headers.get('retry-after'),
          body: answer.body,
        });
      await delay(50);
    }
  })();
  return {
    /** @returns what was accepted, at least one of it after now, and what was refused */
    untilAcceptedAgain: async () => {
      const soFar = accepted.length;
      await expect.poll(() => accepted.length, { timeout: 30_000 }).toBeGreaterThan(soFar);
      stop.abort();
      await offering;
      return { accepted, refused };
    },
  };
}
