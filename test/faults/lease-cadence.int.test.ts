import { beforeAll, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { startWorker, loadProbePack } from './product.ts';
import { Runs } from './runs.ts';
import { waitFor } from './until.ts';

beforeAll(loadProbePack);

/** As everybody has them. */
const env = { LEASE_SECONDS: '15', LEASE_GRACE_SECONDS: '10' };
const RENEWALS = 4;

/** A lease as it was seen first, by the database's clock, in seconds. */
interface Seen {
  readonly at: number;
  readonly until: number;
}

test('a lease of 15 s is renewed every 5 s, for every run of a worker', async () => {
  const runs = new Runs();
  await startWorker({ env });
  const ids = await runs.askMany(2, { action: 'work', env: { FIRST_SECONDS: '300' } });
  await runs.untilWorking(2);

  const seen = new Map<number, Seen[]>(ids.map((id) => [id, []]));
  await waitFor(
    { until: `renewed ${RENEWALS} times`, withinMs: 30_000 },
    async () => {
      const rows = await sql.query<Seen & { id: number }>(
        `select execution_id as id, extract(epoch from clock_timestamp())::float8 as at,
                extract(epoch from lease_expires_at)::float8 as until
         from attempt where status = 'running'`,
      );
      for (const { id, at, until } of rows) {
        const of = seen.get(id);
        if (of !== undefined && of.at(-1)?.until !== until) of.push({ at, until });
      }
      return [...seen.values()].map(({ length }) => length);
    },
    (renewals) => renewals.every((times) => times > RENEWALS),
  );

  for (const leases of seen.values()) {
    // The first may have been looked at late.
    const renewed = leases.slice(1);
    for (const { at, until } of renewed) expect(until - at).toBeCloseTo(15, 0);
    const gaps = renewed.slice(1).map(({ until }, n) => until - (renewed[n]?.until ?? 0));
    for (const gap of gaps) expect(Math.abs(gap - 5)).toBeLessThan(1.5);
  }
  const [id = 0, other = 0] = ids;
  await Promise.all([id, other].map(runs.cancel));
  await runs.untilAllEnded(10_000);
});
