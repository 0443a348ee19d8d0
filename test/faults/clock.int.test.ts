import { beforeAll, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { getExecution } from '#server/executions/service.ts';
import { ada } from '#test/executions.ts';
import { startWorker, loadProbePack } from './product.ts';
import { attemptsOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

const SKEWED = import.meta.resolve('./preload/skewed-clock.ts');
const HOUR = 3_600;

test.each([
  ['an hour slow', -HOUR],
  ['an hour fast', HOUR],
])(
  "a worker whose clock is %s keeps its leases, its time-outs and its tokens' lifetimes",
  async (_, seconds) => {
    const runs = new Runs();
    const env = { FAULT_CLOCK_SECONDS: String(seconds) };
    const worker = await startWorker({ env, preload: SKEWED });
    await startWorker(); // sees right, and would take what it thinks is lost
    const long = await runs.ask({ action: 'work', env: { FIRST_SECONDS: '5' } });
    const late = await runs.ask({
      action: 'stubborn',
      terms: { timeout_seconds: 1 },
    });
    const again = await runs.ask({ action: 'repeatable', terms: { queue_timeout_seconds: 60 } });
    expect(worker.said.join('\n')).toMatch(/"time":/);

    await runs.untilAllEnded(20_000);
    for (const id of [long, again]) expect(await attemptsOf(id)).toEqual(['completed']);
    expect(await getExecution(ada, late)).toMatchObject({
      status: 'timeout',
      end_reason: 'timeout',
    });
    const wrong = await sql.query(
      `select t.jti, t.issued_at, t.expires_at, t.ended_at from token t
       where abs(extract(epoch from t.issued_at - now())) > 120 or t.ended_at < t.issued_at or t.expires_at > now() + interval '20 minutes'`,
    );
    expect(wrong).toEqual([]);
  },
);
