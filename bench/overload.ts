import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { urlOf } from '#bin/postgres/embedded.ts';
import { Api } from '../e2e/api.ts';
import { PASSWORD, startProduct } from '../e2e/product.ts';
import { descendants, processes } from './processes.ts';

/**
 * `node bench/overload.ts [seconds] [clients] [bytes] [backlog]`: offers far more events than can run, reads the interface
 * meanwhile, waits until everything has run, and counts in the database what became of each event that was accepted.
 */

const [seconds = 10, clients = 32, bytes = 100, backlogMax = 100_000] = process.argv
  .slice(2)
  .map(Number);
/** What people look at: pages as a browser reads them, and the API. */
const READ_PATHS = ['/api/v1/executions?limit=50', '/api/v1/events', '/', '/executions', '/events'];
const DRAIN_MS_MAX = 30 * 60_000;
const SLOW_MS = 1_000;

const product = await startProduct({ BACKLOG_MAX: String(backlogMax) });
const { url } = product;
const peaks = new Map<string, number>();
const watching = setInterval(watchMemory, 250);
try {
  const api = await Api.logIn(url, 'admin', PASSWORD);
  const token = await logIn();
  const cookie = await logInAsBrowser();
  await api.post('/api/v1/rules', {
    ref: `default.overload${Date.now()}`,
    pack_ref: 'default',
    label: 'overload',
    trigger_ref: 'core.webhook',
    action_ref: 'core.noop',
    action_params: {},
  });

  const from = Date.now();
  const until = from + seconds * 1000;
  const answers = new Map<string, number>();
  const accepted: number[] = [];
  const writes: number[] = [];
  const reads: number[] = [];
  let badRefusals = 0;

  const payload = { text: 'x'.repeat(bytes) };
  const offer = async () => {
    while (Date.now() < until) {
      const begun = performance.now();
      const response = await fetch(`${url}/api/v1/events`, {
        method: 'POST',
        headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        body: JSON.stringify({ trigger_ref: 'core.webhook', payload }),
      });
      const body = (await response.json()) as { data?: { id: number } };
      writes.push(performance.now() - begun);
      answers.set(String(response.status), (answers.get(String(response.status)) ?? 0) + 1);
      if (response.ok && body.data !== undefined) accepted.push(body.data.id);
      else if (![429, 503].includes(response.status) || !response.headers.has('retry-after'))
        badRefusals += 1;
    }
  };
  const over = new AbortController();
  const read = async () => {
    for (let at = 0; !over.signal.aborted; at++) {
      const begun = performance.now();
      const response = await fetch(`${url}${READ_PATHS[at % READ_PATHS.length] ?? '/'}`, {
        headers: { cookie },
        redirect: 'manual',
      });
      await response.text();
      reads.push(performance.now() - begun);
      if (response.status !== 200) answers.set(`read ${response.status}`, 1);
      await delay(50);
    }
  };
  const reading = read();
  await Promise.all(Array.from({ length: clients }, offer));
  over.abort();
  await reading;
  report('answers to events', Object.fromEntries(answers));
  report('refusals that are not 429 or 503 with Retry-After', badRefusals);
  report('events, ms', percentiles(writes));
  report('reads meanwhile, ms', {
    ...percentiles(reads),
    slower_than_1_s: reads.filter((ms) => ms > SLOW_MS).length,
  });

  const drained = await untilDrained(from);
  report('seconds until all had run, from the first event', drained);
  report('of the accepted events', await check(accepted));
  clearInterval(watching);
  report('peak memory, MB', Object.fromEntries(peaks));
} finally {
  clearInterval(watching);
  await product.stop();
}

async function logIn(): Promise<string> {
  const response = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: 'admin', password: PASSWORD }),
  });
  return ((await response.json()) as { data: { access_token: string } }).data.access_token;
}

async function logInAsBrowser(): Promise<string> {
  const jar = new Map<string, string>();
  const keep = (response: Response) => {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';')[0] ?? '';
      jar.set(pair.slice(0, pair.indexOf('=')), pair);
    }
  };
  const cookies = () => [...jar.values()].join('; ');
  const asked = await fetch(`${url}/api/auth/csrf`);
  keep(asked);
  const { csrfToken } = (await asked.json()) as { csrfToken: string };
  keep(
    await fetch(`${url}/api/auth/callback/credentials`, {
      method: 'POST',
      headers: { cookie: cookies() },
      body: new URLSearchParams({ csrfToken, login: 'admin', password: PASSWORD, json: 'true' }),
      redirect: 'manual',
    }),
  );
  return cookies();
}

async function untilDrained(from: number): Promise<number> {
  const reads: number[] = [];
  while (Date.now() - from < DRAIN_MS_MAX) {
    const begun = performance.now();
    const health = (await (await fetch(`${url}/health/detailed`)).json()) as {
      waiting?: number;
      running?: number;
    };
    reads.push(performance.now() - begun);
    if (health.waiting === 0 && health.running === 0) break;
    await delay(500);
  }
  report('health while it drains, ms', percentiles(reads));
  return Math.round((Date.now() - from) / 100) / 10;
}

/** How many of the accepted events have not exactly one enforcement, one execution, and that completed. */
async function check(ids: readonly number[]): Promise<unknown> {
  const client = new pg.Client({ connectionString: databaseUrl() });
  await client.connect();
  try {
    const { rows } = await client.query(
      `with counted as (
         select i.id, count(distinct v.id) as events, count(distinct f.id) as enforcements, count(distinct e.id) as executions,
                count(distinct e.id) filter (where e.status = 'completed') as completed
         from unnest($1::bigint[]) as i (id) left join event v on v.id = i.id left join enforcement f on f.event_id = v.id
         left join execution e on e.enforcement_id = f.id group by i.id)
       select count(*)::int as accepted, count(*) filter (where events <> 1)::int as lost,
              count(*) filter (where enforcements <> 1)::int as not_one_enforcement,
              count(*) filter (where executions <> 1)::int as not_one_execution,
              count(*) filter (where completed <> 1)::int as not_completed,
              (select count(*)::int from event where trigger_ref = 'core.webhook' and id <> all ($1)) as stored_but_not_accepted
       from counted`,
      [ids],
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

function databaseUrl(): string {
  const dir = product.dataDir;
  const password = readFileSync(join(dir, 'secrets/postgres-password'), 'utf8').trim();
  const socketDir = /-c\0unix_socket_directories=([^\0]*)/.exec(
    processes().find(({ text }) => text.includes(`\0-D\0${dir}`))?.text ?? '',
  )?.[1];
  return urlOf(socketDir ?? '', password);
}

/** Peaks of the children of the launcher, by what they are. */
function watchMemory(): void {
  for (const { pid, name, rss } of descendants(product.process.pid ?? 0)) {
    const key = `${name} ${pid}`;
    if (rss > 40) peaks.set(key, Math.max(peaks.get(key) ?? 0, rss));
  }
}

function percentiles(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}

function report(name: string, value: unknown): void {
  process.stdout.write(`${name}: ${JSON.stringify(value)}\n`);
}
