import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import type { Execution } from '#lib/contracts/executions.ts';
import { RUN_TABS } from '#components/executions/run-tabs.ts';
import { paths } from '#lib/paths.ts';
import { Api } from './api.ts';
import { crawlApi } from './canary/crawl-api.ts';
import { crawlPages } from './canary/crawl-pages.ts';
import {
  type Canary,
  givenCanary,
  listSightings,
  type Sighting,
  tokenCanary,
} from './canary/needles.ts';
import { readDatabase } from './canary/read-database.ts';
import { readFiles } from './canary/read-files.ts';
import { type Receiver, receiveTokens } from './receive-tokens.ts';
import { seed, type Seeds } from './canary/seed.ts';
import { expect, test } from './fixtures.ts';
import { logIn } from './log-in.ts';
import { type Product, startProduct } from './product.ts';

/**
 * Secrets are put wherever there may be some, programs say them in every way that they have, and then everything is
 * read that anybody can read. The product writes its log at its most talkative.
 */
test.describe.configure({ mode: 'serial', timeout: 180_000 });
test.use({ storageState: { cookies: [], origins: [] } });

const ADMIN_PASSWORD = randomBytes(18).toString('hex');
const RULE = 'probe.leaked_rule';
const DATABASE_PASSWORD = randomBytes(18).toString('hex');

let postgres: EmbeddedPostgres;
let postgresDir: string;
let product: Product;
let api: Api;
let receiver: Receiver;
let seeds: Seeds;
let runs: Execution[];
const canaries: Canary[] = [];
const streams: Sighting[] = [];

test.beforeAll(async () => {
  test.setTimeout(240_000);
  postgresDir = mkdtempSync(join(tmpdir(), 'attune-canary-'));
  chmodSync(postgresDir, 0o711); // Postgres' user has to pass
  postgres = await startEmbeddedPostgres({ dataDir: postgresDir, password: DATABASE_PASSWORD });
  product = await startProduct({
    DATABASE_URL: postgres.url,
    ATTUNE_ADMIN_PASSWORD: ADMIN_PASSWORD,
    LOG_LEVEL: 'debug',
  });
  receiver = await receiveTokens();
  api = await Api.logIn(product.url, 'admin', ADMIN_PASSWORD);
  await api.post('/api/v1/packs/register', { path: resolve('e2e/probe-pack'), force: true });
  seeds = await seed(api);
  runs = await leak();
  const secret = (name: string) =>
    givenCanary(name, readFileSync(join(product.dataDir, 'secrets', name), 'utf8').trim());
  canaries.push(
    ...seeds.canaries,
    givenCanary('the password of the administrator', ADMIN_PASSWORD),
    givenCanary('the password of the database', DATABASE_PASSWORD),
    secret('encryption-key'),
    secret('session-secret'),
  );
});

test.afterAll(async () => {
  receiver?.close();
  await product?.stop();
  await postgres?.stop();
  rmSync(postgresDir, { recursive: true, force: true });
});

/** Lets everything out, while somebody listens. */
async function leak(): Promise<Execution[]> {
  const following = [
    '/api/v1/executions/stream',
    '/api/v1/changes?topics=executions,events,enforcements,sensors,audit,keys',
  ].map((path) => ({ path, ...api.follow(path) }));

  await api.post('/api/v1/rules', {
    ref: RULE,
    pack_ref: 'probe',
    label: 'What leaked goes on',
    trigger_ref: 'probe.leaked',
    trigger_params: { receiver: `${receiver.url}/sensor` },
    action_ref: 'core.echo',
    action_params: { message: 'heard {{ event.payload.value }} {{ event.payload.text }}' },
    trace_tag_template: '{{ event.trace_tag }}',
  });
  const asked = [];
  for (const exit_code of [0, 3]) {
    const run = await api.run(
      'probe.leak',
      {
        ...seeds.parameters,
        keys: seeds.keyRefs,
        exit_code,
        receiver: `${receiver.url}/run-${exit_code}`,
      },
      { permission_set_refs: ['core.admin'], env_vars: { ASKED: 'for' } },
    );
    const path = paths.executionLogs(run.id);
    following.push({ path, ...api.follow(path) });
    asked.push(run);
  }
  const ended = [];
  for (const { id } of asked) ended.push(await api.untilEnded(id));
  for (const from of ['run-0', 'run-3', 'sensor'])
    canaries.push(tokenCanary(`the token of ${from}`, await receiver.received(`/${from}`)));
  await expect
    .poll(
      async () => (await api.get('/api/v1/executions?status=requested,scheduled,running')).items,
    )
    .toEqual([]);
  for (const { path, stop } of following)
    streams.push({ place: `stream ${path}`, text: await stop() });
  return ended;
}

const nothingIn = (seen: readonly Sighting[]): void => {
  expect(seen.length).toBeGreaterThan(0);
  expect(listSightings(canaries, seen)).toEqual([]);
};

test('the programs really knew and said what they were told, and it shows as masks', async () => {
  expect(runs.map(({ status }) => status)).toEqual(['completed', 'failed']);
  const [run] = runs as [Execution, Execution];
  expect(run.result).toMatchObject({ data: { count: 13 } });
  const { statuses } = (run.result as { data: { statuses: Record<string, number> } }).data;
  expect(statuses).toMatchObject({ 'child 0': 201, 'event 0': 201, 'open_key 0': 201 });
  const log = await api.logs(run.id);
  expect(log.match(/\[masked: /g)?.length).toBeGreaterThan(200);
  expect(
    streams.map(({ text }) => text.includes('[masked: ') || text.includes('event:')),
  ).not.toContain(false);
});

test('no secret comes out of any operation that reads, nor out of what is streamed', async () => {
  const { seen, unanswered } = await crawlApi(api, seeds.reader);
  expect(unanswered).toEqual([]);
  nothingIn([
    ...seen,
    ...streams,
    { place: 'the document', text: JSON.stringify(await api.get(paths.openApi())) },
  ]);
});

test('no secret stands on any page', async ({ page }) => {
  await logIn(page, product.url, ADMIN_PASSWORD);
  for (const { name, value } of await page.context().cookies())
    if (value.length > 100) canaries.push(givenCanary(`the cookie ${name}`, value.slice(-60)));
  const tabs = RUN_TABS.map((tab) => `?tab=${tab}`);
  const first = runs.flatMap(({ id }) => tabs.map((tab) => `${paths.execution(id)}${tab}`));

  const { seen, unvisited } = await crawlPages(page.request, product.url, [
    ...first,
    paths.editRule(RULE),
  ]);
  expect(unvisited).toEqual([]);
  nothingIn(seen);
});

test('no secret stands in the database, in the log at its most talkative, or in a file or its name', async () => {
  nothingIn(await readDatabase(postgres.url));
  nothingIn([{ place: 'what the launcher printed', text: product.output() }]);
  // A sensor that runs reads its token in a file of its own.
  const isTold = (path: string) =>
    path.startsWith('secrets') || /\/sensor-[\d-]+\/token\.json$/.test(path);
  nothingIn(readFiles(product.dataDir, isTold));
  nothingIn(readFiles(postgresDir, (path) => !path.endsWith('.log')));
});
