import { hostname } from 'node:os';
import pg from 'pg';

const CONNECT_TIMEOUT_MS = 1_000;

interface Waits {
  readonly databaseUrl: string;
  readonly drainMs: number;
  /** Null: the newest worker of this machine, for one that is forked with each reload. */
  readonly pid: () => number | null | undefined;
}

/** Says what a worker that was told to stop still waits for, from what it writes into its row. */
export function createWaitsFor({
  databaseUrl,
  drainMs,
  pid,
}: Waits): (stoppedAt: Date) => Promise<string> {
  return async (stoppedAt) => {
    const until = new Date(stoppedAt.getTime() + drainMs);
    const running = await findRunning(databaseUrl, pid() ?? null);
    return describeWait(running, until, new Date());
  };
}

/** In words, for the screen; null = nobody knows. */
export function describeWait(running: number | null, until: Date, now: Date): string {
  const hurry = 'Ctrl-C once more stops at once';
  if (running === null) return hurry;
  if (running === 0) return `no run is left; ${hurry}`;
  const runs = running === 1 ? '1 run' : `${running} runs`;
  return now < until
    ? `${runs} may go on until ${until.toLocaleTimeString('en-GB')}; ${hurry}`
    : `${runs} being ended; ${hurry}`;
}

async function findRunning(connectionString: string, pid: number | null): Promise<number | null> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ running: number }>(
      `select running from worker
        where host = $1 and ($2::int is null or pid = $2) and stopped_at is null order by id desc limit 1`,
      [hostname(), pid],
    );
    return rows[0]?.running ?? null;
  } catch {
    return null; // its database may be what went away
  } finally {
    await client.end().catch(() => undefined);
  }
}
