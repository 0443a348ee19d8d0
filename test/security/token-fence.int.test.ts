import { beforeAll, describe, expect, test } from 'vitest';
import { inTransaction, sql, type Tx } from '#server/db/sql.ts';
import { endAttempts } from '#server/executions/end-attempts.ts';
import { flushCalls } from '#server/http/token-calls.ts';
import { endSensorTokens } from '#server/sensors/process-tokens.ts';
import { done } from '#test/attempts.ts';
import { waitFor } from '#test/faults/until.ts';
import {
  aRunningAttempt,
  aRunningSensor,
  endOf,
  type RunningAttempt,
  type RunningSensor,
} from './process-tokens.ts';
import {
  KNOWN_WRITES,
  type ProcessKind,
  sceneryOf,
  write,
  writesBy,
  writesOf,
} from './process-writes.ts';

type Process = RunningAttempt | RunningSensor;

const start = { execution: aRunningAttempt, sensor: aRunningSensor };
const CASES = (['execution', 'sensor'] as const).flatMap((kind) =>
  writesOf(kind).map((id): [ProcessKind, string] => [kind, id]),
);
/** All that the check itself looks at. A transaction that had said anything before would hold more. */
const CHECKED_TABLES = ['attempt', 'identity', 'signing_key', 'token'];
/** Any number: writes stop here, between their check and their commit, while a test holds it. */
const GATE = 4_711;
const WITHIN_MS = 10_000;

/** The end of a process and of its token, as its worker writes it down. */
async function end(tx: Tx, process: Process): Promise<void> {
  if ('sensor' in process) {
    await endSensorTokens(tx, process.lease.sensorId, 'sensor_stopped');
    return;
  }
  const { id, worker_id, epoch } = process.attempt;
  const settled = {
    executionStatus: 'completed',
    finalReason: 'exit',
    retryDelayMs: null,
  } as const;
  const fence = { id, worker_id, epoch };
  await endAttempts(tx, [{ ...done, ...settled, fence, concurrencyKey: null, wasSuspect: false }]);
}

interface Blocked {
  readonly pid: number;
  /** The tables that its transaction has touched so far. */
  readonly tables: string[];
}

/** Who waits for this transaction. */
const blockedBy = (pid: number): Promise<Blocked[]> =>
  sql.query<Blocked>(
    `select a.pid, array_agg(distinct coalesce(t.relname, c.relname)::text order by coalesce(t.relname, c.relname)::text) as tables
     from pg_stat_activity a
     join pg_locks l on l.pid = a.pid and l.locktype = 'relation' and l.database = (select oid from pg_database where datname = current_database())
     join pg_class c on c.oid = l.relation
     left join pg_index i on i.indexrelid = c.oid
     left join pg_class t on t.oid = i.indrelid
     where $1 = any (pg_blocking_pids(a.pid))
     group by a.pid`,
    [pid],
  );

async function untilBlockedBy(pid: number): Promise<Blocked> {
  let found: Blocked | undefined;
  await waitFor(
    { until: `somebody waits for ${pid}`, withinMs: WITHIN_MS },
    async () => ([found] = await blockedBy(pid)),
    () => found !== undefined,
  );
  return found as Blocked;
}

const pidOf = async (tx: Tx): Promise<number> => {
  const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
  return row?.pid ?? 0;
};

beforeAll(async () => {
  await sql.query(
    `create function wait_at_gate() returns trigger language plpgsql as $$
     begin perform pg_advisory_xact_lock_shared(${GATE}); return new; end $$`,
  );
  await sql.query(
    `create trigger gate before insert on audit_event for each row execute function wait_at_gate()`,
  );
});

test('every operation by which the token of a process writes is swept', () => {
  const declared = new Set([...writesOf('execution'), ...writesOf('sensor')]);
  expect(KNOWN_WRITES.toSorted()).toEqual([...declared].toSorted());
});

describe('the token ends after a call was let in and before it writes:', () => {
  test.each(CASES)(
    '%s: %s looks at the token before anything else, and writes nothing',
    async (kind, id) => {
      const process = await start[kind]();
      const scenery = await sceneryOf(process);
      // Counting calls writes to the row of the token as well.
      await flushCalls();
      const requestId = `late-${crypto.randomUUID()}`;

      const { answer, blocked } = await inTransaction(async (tx) => {
        await tx.query('select 1 from token where jti = $1 for update', [process.jti]);
        const call = write(id, scenery, requestId);
        const waiting = await untilBlockedBy(await pidOf(tx));
        await end(tx, process);
        // In an object: a promise that is returned would be waited for before the commit.
        return { answer: { call }, blocked: waiting };
      });
      const response = await answer.call;

      expect(blocked.tables.filter((table) => !CHECKED_TABLES.includes(table))).toEqual([]);
      expect([response.status, await response.json()]).toMatchObject([
        401,
        { details: { reason: kind === 'execution' ? 'execution_ended' : 'sensor_stopped' } },
      ]);
      expect(await writesBy(requestId)).toEqual([]);
    },
  );
});

describe('the end comes while a write has been checked and has not been committed:', () => {
  test.each(CASES)('%s: the end waits for %s, so that the write comes first', async (kind, id) => {
    const process = await start[kind]();
    const scenery = await sceneryOf(process);
    // Counting calls writes to the row of the token as well.
    await flushCalls();
    const requestId = `early-${crypto.randomUUID()}`;
    let hasEnded = false;

    const { answer, ending } = await inTransaction(async (tx) => {
      await tx.query('select pg_advisory_xact_lock($1)', [GATE]);
      const call = write(id, scenery, requestId);
      const { pid } = await untilBlockedBy(await pidOf(tx));
      const settling = (async () => {
        await inTransaction((other) => end(other, process));
        hasEnded = true;
      })();
      await untilBlockedBy(pid);
      expect(hasEnded).toBe(false);
      return { answer: { call }, ending: { settling } };
    });
    const response = await answer.call;
    await ending.settling;

    expect([response.status, await response.text()]).toEqual([
      expect.toBeOneOf([200, 201]),
      expect.anything(),
    ]);
    expect(await writesBy(requestId)).toHaveLength(1);
    expect((await endOf(process.jti)).ended_at).not.toBeNull();
    expect((await write(id, scenery, 'after-0001')).status).toBe(401);
  });
});
