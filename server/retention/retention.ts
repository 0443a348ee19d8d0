import { forgetAudit } from '#server/audit/forget.ts';
import { sql } from '#server/db/sql.ts';
import { log } from '#server/log.ts';

/** What is kept, and for how long. */
interface Target {
  readonly name: string;
  readonly table: string;
  readonly keepDays: number;
  /** Deletes at most `rowsMax` rows that are older than it is kept; returns how many. */
  readonly forget: (keepDays: number, rowsMax: number) => Promise<number>;
}

const oldest = (
  table: string,
  key: string,
  age: string,
  also = '',
): Pick<Target, 'table' | 'forget'> => {
  const statement = `delete from ${table} where (${key}) in (select ${key} from ${table}
   where ${age} < now() - make_interval(days => $1) ${also} limit $2) returning 1`;
  return {
    table,
    forget: async (keepDays, rowsMax) => (await sql.query(statement, [keepDays, rowsMax])).length,
  };
};

const FINISHED = 'and finished_at is not null';
/** While a process runs, its page says what it was started with, and its copy of the pack is kept by it. */
const ENDED_ATTEMPT =
  'and not exists (select 1 from attempt a where a.id = attempt_id and a.ended_at is null)';
/** Of runs that have ended and of sensors that are gone: nobody says anything any more. */
const IDLE_HOLDER = `and not exists (select 1 from execution e where e.id = execution_id and e.finished_at is null)
   and not exists (select 1 from sensor s where s.id = sensor_id)`;

/** Children first. The demo alone makes 100,000 executions a day. */
export const RETENTION: readonly Target[] = [
  { name: 'logs', keepDays: 7, ...oldest('log_chunk', 'execution_id, seq', 'at') },
  {
    name: 'sensor logs',
    keepDays: 7,
    ...oldest('sensor_log_chunk', 'sensor_id, seq', 'at'),
  },
  {
    name: 'environment snapshots',
    keepDays: 7,
    ...oldest('environment_snapshot', 'attempt_id', 'created', ENDED_ATTEMPT),
  },
  { name: 'token calls', keepDays: 7, ...oldest('token_call', 'id', 'at') },
  {
    name: 'disclosed secrets',
    keepDays: 1,
    ...oldest('disclosed_secret', 'id', 'at', IDLE_HOLDER),
  },
  {
    name: 'tokens',
    keepDays: 30,
    ...oldest('token', 'jti', 'issued_at', 'and ended_at is not null'),
  },
  { name: 'attempts', keepDays: 30, ...oldest('attempt', 'id', 'ended_at') },
  { name: 'executions', keepDays: 30, ...oldest('execution', 'id', 'created', FINISHED) },
  { name: 'enforcements', keepDays: 30, ...oldest('enforcement', 'id', 'created') },
  { name: 'events', keepDays: 30, ...oldest('event', 'id', 'created') },
  { name: 'webhook log', keepDays: 30, ...oldest('webhook_event_log', 'id', 'created') },
  { name: 'refresh tokens', keepDays: 1, ...oldest('refresh_token', 'jti', 'expires_at') },
  { name: 'workers', keepDays: 30, ...oldest('worker', 'id', 'last_heartbeat') },
  { name: 'audit', keepDays: 365, table: 'audit_event', forget: forgetAudit },
];

const BATCH_ROWS = 2_000;
const BATCHES_MAX = 50;

/**
 * Deletes what is older than it is kept, in batches that each are their own transaction, so that nothing waits for it.
 *
 * @returns rows deleted by target
 */
export async function applyRetention(signal: AbortSignal): Promise<Record<string, number>> {
  const startedAt = performance.now();
  const deleted: Record<string, number> = {};
  for (const { name, keepDays, forget } of RETENTION) {
    for (let batch = 0; batch < BATCHES_MAX && !signal.aborted; batch++) {
      const rows = await forget(keepDays, BATCH_ROWS);
      deleted[name] = (deleted[name] ?? 0) + rows;
      if (rows < BATCH_ROWS) break;
    }
  }
  const total = Object.values(deleted).reduce((sum, count) => sum + count, 0);
  if (!signal.aborted) await rememberRun(deleted, Math.round(performance.now() - startedAt));
  if (total > 0) log.info({ deleted }, 'old rows were deleted');
  return deleted;
}

/** The name of the setting that holds the last run. */
export const LAST_RUN = 'retention.last_run';

const rememberRun = (deleted: Readonly<Record<string, number>>, tookMs: number): Promise<unknown> =>
  sql.query(
    `insert into setting (name, value, updated) values ($1, $2::jsonb, now())
     on conflict (name) do update set value = excluded.value, updated = excluded.updated`,
    [LAST_RUN, JSON.stringify({ deleted, took_ms: tookMs })],
  );
