import { beforeAll, describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { settleLost } from '#server/executions/lost.ts';
import { cancelExecution } from '#server/executions/service.ts';
import { settleAttempt, type Settlement } from '#server/executions/settle.ts';
import { recordEnd, type SensorEnd, takeSensor } from '#server/sensors/process-repository.ts';
import { stopUnwanted } from '#server/sensors/unheld-processes.ts';
import { done } from '#test/attempts.ts';
import { aWorker } from '#test/catalogue.ts';
import { isDeep } from '#test/faults/depth.ts';
import { ada, loseWorkerOf } from '#test/executions.ts';
import {
  aRunningAttempt,
  aRunningSensor,
  endOf,
  type RunningAttempt,
  type RunningSensor,
} from './process-tokens.ts';
import { type Scenery, sceneryOf, write, writesOf } from './process-writes.ts';
import { callRoute, operationCalled } from './routes.ts';

const CALLS = isDeep ? 10_000 : 300;
const CALLS_A_RUN = isDeep ? 500 : 100;
const CLIENTS = 16;

const settle = (attemptStatus: Settlement['attemptStatus'], endReason: string) => ({
  end: ({ attempt }: RunningAttempt): Promise<unknown> =>
    settleAttempt(attempt, { ...done, attemptStatus, endReason }),
});
const lose = async ({ attempt }: RunningAttempt): Promise<void> => {
  await loseWorkerOf(attempt.id);
  await settleLost({ leaseSeconds: 1, graceSeconds: 1 });
};

interface Way {
  /** Of the execution. */
  readonly body?: object;
  /** Of its action. */
  readonly isIdempotent?: boolean;
  readonly end: (run: RunningAttempt) => Promise<unknown>;
  readonly attempt: string;
  readonly execution: string;
}

/** The ways in which an attempt ends; what becomes of the execution is another matter. */
const WAYS: Readonly<Record<string, Way>> = {
  completed: { ...settle('completed', 'exit'), attempt: 'completed', execution: 'completed' },
  failed: { ...settle('failed', 'exit'), attempt: 'failed', execution: 'failed' },
  'failed, with another try to come': {
    ...settle('failed', 'exit'),
    body: { max_retries: 1 },
    attempt: 'failed',
    execution: 'scheduled',
  },
  timeout: { ...settle('timeout', 'timeout'), attempt: 'timeout', execution: 'timeout' },
  cancelled: {
    end: async ({ attempt }) => {
      await cancelExecution(ada, attempt.execution_id);
      return settleAttempt(attempt, { ...done, attemptStatus: 'cancelled', endReason: 'cancel' });
    },
    attempt: 'cancelled',
    execution: 'cancelled',
  },
  abandoned: { end: lose, attempt: 'lost', execution: 'abandoned' },
  lost: {
    end: lose,
    body: { max_retries: 1 },
    isIdempotent: true,
    attempt: 'lost',
    execution: 'scheduled',
  },
};

const READ = operationCalled('listExecutions');

/** The answer to a read and to a write, as long as the token is refused at all. */
async function reasonsOf(token: string, scenery: Scenery): Promise<unknown[]> {
  const read = await callRoute(READ, { authorization: `Bearer ${token}` });
  const written = await write('createEvent', { ...scenery, token }, 'reasons-0001');
  const answers = [];
  for (const response of [read, written]) {
    const body = (await response.json()) as { details?: { reason?: string } };
    answers.push([response.status, body.details?.reason]);
  }
  return answers;
}

describe('the end of an attempt is the end of its token, in one transaction and at one time:', () => {
  test.each(Object.entries(WAYS))(
    '%s',
    async (_, { body, isIdempotent, end, attempt, execution }) => {
      const run = await aRunningAttempt(body);
      const scenery = await sceneryOf(run);
      if (isIdempotent === true)
        await sql.query('update execution set idempotent = true where id = $1', [
          run.attempt.execution_id,
        ]);

      await end(run);

      expect(await endOf(run.jti)).toMatchObject({
        is_together: true,
        end_reason: attempt,
        attempt_status: attempt,
        execution_status: execution,
      });
      const ended = [401, 'execution_ended'];
      expect(await reasonsOf(run.token, scenery)).toEqual([ended, ended]);
    },
  );

  test('revoked, by what freezes its owner: the token stops with that commit, though the run goes on', async () => {
    const run = await aRunningAttempt();
    const scenery = await sceneryOf(run);
    await sql.query('update identity set frozen = true where id = $1', [run.owner]);
    const frozen = [401, 'frozen'];
    expect(await reasonsOf(run.token, scenery)).toEqual([frozen, frozen]);
  });

  test('revoked, by its own row or with the key of its worker', async () => {
    const run = await aRunningAttempt();
    const scenery = await sceneryOf(run);
    await sql.query(
      `update token set ended_at = clock_timestamp(), end_reason = 'revoked' where jti = $1`,
      [run.jti],
    );
    const revoked = [401, 'revoked'];
    expect(await reasonsOf(run.token, scenery)).toEqual([revoked, revoked]);
  });
});

const CRASHED: SensorEnd = {
  status: 'backoff',
  exitCode: 1,
  signal: null,
  error: null,
  failures: 1,
  restartInMs: 1_000,
  tokenEndReason: 'sensor_crashed',
  release: false,
};

describe('the token of a sensor ends', () => {
  const ways: Readonly<Record<string, (of: RunningSensor) => Promise<unknown>>> = {
    'when its process ends': ({ lease }) => recordEnd(lease, CRASHED),
    'when nobody needs it any more': async ({ lease }) => {
      await expire(lease.sensorId);
      return stopUnwanted([]);
    },
    'when another worker takes it over': async ({ lease }) => {
      await expire(lease.sensorId);
      return takeSensor(lease.sensorId, await aWorker(), 60);
    },
    'when it is deleted': async ({ lease }) => {
      await sql.query('delete from sensor where id = $1', [lease.sensorId]);
      return stopUnwanted([]);
    },
  };

  test.each(Object.entries(ways))('%s', async (_, end) => {
    const sensor = await aRunningSensor();
    const scenery = await sceneryOf(sensor);
    await end(sensor);

    expect((await endOf(sensor.jti)).ended_at).not.toBeNull();
    const answer = await write('createEvent', scenery, 'sensor-0001');
    expect([answer.status, await answer.json()]).toMatchObject([
      401,
      { details: { reason: 'sensor_stopped' } },
    ]);
  });
});

const expire = (sensorId: number): Promise<unknown> =>
  sql.query(
    `update sensor_process set lease_expires_at = now() - interval '1 minute' where sensor_id = $1`,
    [sensorId],
  );

describe('calls that race the end', () => {
  beforeAll(async () => {
    await sql.query('create table committing (request_ids text[], at timestamptz)');
    // At the very end of a transaction, when all that it checked was long ago.
    await sql.query(
      `create function note_commit() returns trigger language plpgsql as $$ begin
         insert into committing values (
           coalesce((select array_agg(r) from jsonb_array_elements_text(new.details -> 'requests') r), array[new.request_id]),
           clock_timestamp());
         return null; end $$`,
    );
    await sql.query(
      `create constraint trigger note after insert on audit_event deferrable initially deferred
       for each row when (new.event_type <> 'token.used') execute function note_commit()`,
    );
  });

  test(`of ${CALLS} calls not one write is accepted whose commit comes after the end`, async () => {
    const totals = { accepted: 0, refused: 0 };
    for (let begun = 0; begun < CALLS; begun += CALLS_A_RUN) {
      const { accepted, refused } = await race(begun);
      // Both sides of the end have been there, or it was no race.
      expect(accepted).toBeGreaterThan(0);
      expect(refused).toBeGreaterThan(0);
      totals.accepted += accepted;
      totals.refused += refused;
    }
    expect(totals.accepted + totals.refused).toBe(CALLS);
  }, 300_000);

  async function race(number: number): Promise<{ accepted: number; refused: number }> {
    const run = await aRunningAttempt();
    const scenery = await sceneryOf(run);
    const ids = writesOf('execution');
    const endAfter = Math.floor(CALLS_A_RUN * (0.2 + 0.6 * Math.random()));
    const [accepted, refused]: [string[], string[]] = [[], []];
    let next = 0;
    let ending: Promise<unknown> | undefined;
    const client = async () => {
      for (let n = next++; n < CALLS_A_RUN; n = next++) {
        const requestId = `race-${number + n}-0000`;
        if (n === endAfter) ending = settleAttempt(run.attempt, done);
        const { status } = await write(ids[n % ids.length] ?? '', scenery, requestId);
        if (status === 200 || status === 201) accepted.push(requestId);
        else if (status === 401) refused.push(requestId);
        else throw new Error(`${ids[n % ids.length]} was answered ${status}`);
      }
    };
    await Promise.all(Array.from({ length: CLIENTS }, client));
    await ending;

    const commits = await sql.query<{ id: string; is_late: boolean }>(
      `select id, c.at >= t.ended_at as is_late from committing c, unnest(request_ids) as id, token t
       where id = any ($1) and t.jti = $2`,
      [[...accepted, ...refused], run.jti],
    );
    expect(commits.filter(({ is_late: isLate }) => isLate)).toEqual([]);
    expect(commits.map(({ id }) => id).toSorted()).toEqual(accepted.toSorted());
    const [row] = await sql.query<{ calls: number }>('select calls from token where jti = $1', [
      run.jti,
    ]);
    // The scenery's own call is one of them; each is counted, also those that shared a transaction.
    expect(row?.calls).toBe(accepted.length + 1);
    return { accepted: accepted.length, refused: refused.length };
  }
});
