import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { Problem } from '#bin/problem.ts';

const POLL_MS = 50;
const TIMEOUT_MS = 120_000;
const FIRST_PAGE_MS = 10_000;

/** What a worker says about itself in the database. */
export interface WorkerRow {
  readonly id: number;
  readonly name: string;
  readonly slots: number;
  readonly isolation: unknown;
  readonly runtimes: readonly { name: string; available: boolean; problem?: string | null }[];
  readonly gateway_url: string;
}

/** Until web answers that it is ready: its database is there, its schema fits, and it has drawn a page. */
export async function untilWebIsReady(origin: string): Promise<void> {
  await poll('web', async () => {
    const response = await fetch(`${origin}/health/ready`, {
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
    return response?.status === 200 ? true : null;
  });
  // The first page of a process takes several times as long as the next one. It need not be a person's.
  await fetch(`${origin}/login`, { signal: AbortSignal.timeout(FIRST_PAGE_MS) }).then(
    (response) => response.text(),
    () => null,
  );
}

/**
 * Until the worker of this pid has put itself down. A worker that reloads is forked by the process that we started: for
 * a pid of null it is the first one on this machine from now on.
 */
export async function untilWorkerIsReady(
  databaseUrl: string,
  pid: () => number | null,
): Promise<WorkerRow> {
  const client = new pg.Client({ connectionString: databaseUrl });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const before = await client.query<{ id: number }>(
      'select coalesce(max(id), 0)::int as id from worker',
    );
    const lastId = before.rows[0]?.id ?? 0;
    return await poll('worker', async () => {
      const wanted = pid();
      const { rows } = await client.query<WorkerRow>(
        `select id, name, slots, isolation, runtimes, gateway_url from worker
          where id > $1 and host = $2 and ($3::int is null or pid = $3) and stopped_at is null and gateway_url is not null
          order by id desc limit 1`,
        [lastId, hostname(), wanted],
      );
      return rows[0] ?? null;
    });
  } finally {
    await client.end();
  }
}

async function poll<T>(name: 'web' | 'worker', look: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + TIMEOUT_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > deadline) {
      throw new Problem(
        `The ${name} is not ready after two minutes; its log is in the logs folder of the data directory.`,
        `${name}-start`,
      );
    }
    await sleep(POLL_MS);
  }
}
