import { beforeAll, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { isDeep } from './depth.ts';
import { startWorker, loadProbePack } from './product.ts';
import { outputOf, Runs } from './runs.ts';

beforeAll(loadProbePack);

const PRELOAD = import.meta.resolve('./preload/lost-answers.ts');
const RUNS = isDeep ? 200 : 12;
const QUICK = { FIRST_SECONDS: '0.2', LATER_SECONDS: '0.2' };

const losing = (losses: string) =>
  startWorker({
    preload: PRELOAD,
    // A worker notices a lost claim after 5 s: its lease lasts longer.
    env: { FAULT_LOST_ANSWERS: losses, WORKER_SLOTS: '4', LEASE_SECONDS: '15' },
  });

const attempts = (status: string, reason: string) =>
  sql.query<{ id: number }>('select id from attempt where status = $1 and end_reason = $2', [
    status,
    reason,
  ]);

test('a claim that committed without an answer starts nothing, is given back, and is claimed anew', async () => {
  const runs = new Runs();
  await losing('claim:2');
  const ids = await runs.askMany(RUNS, { action: 'work', env: QUICK });

  await runs.untilAllEnded(isDeep ? 500_000 : 50_000);
  expect(new Set(await runs.statuses())).toEqual(new Set(['completed']));
  expect((await attempts('lost', 'never_started')).length).toBeGreaterThan(0);
  // Whichever attempt it was that ran: there is one start and one end.
  for (const id of ids) expect(await outputOf(id)).toMatch(/^start (\d+)\nend \1\n$/);
});

test('an end, output, a snapshot, a start or a lease that was written without an answer is written once', async () => {
  const runs = new Runs();
  const worker = await losing('settle:2 output:2 snapshot:2 start:2 lease:2');
  const work = await runs.askMany(RUNS, { action: 'work', env: QUICK });
  const counts = await runs.askMany(4, {
    action: 'count',
    env: { COUNT: '30', PAUSE_SECONDS: '0.1' },
  });

  await runs.untilAllEnded(isDeep ? 300_000 : 40_000);
  expect(new Set(await runs.statuses())).toEqual(new Set(['completed']));
  const tries = await sql.query('select id from attempt where execution_id = any ($1)', [
    [...work, ...counts],
  ]);
  expect(tries).toHaveLength(RUNS + 4);
  for (const id of work) expect(await outputOf(id)).toBe('start 1\nend 1\n');
  const lines = Array.from({ length: 30 }, (_, n) => `line ${n + 1} of 30\n`).join('');
  for (const id of counts) expect(await outputOf(id)).toBe(lines);
  expect(worker.said.filter((line) => line.includes('Query read timeout')).length).toBeGreaterThan(
    10,
  );
});

test('a retry that was set without an answer is tried once more, not twice', async () => {
  const runs = new Runs();
  await losing('settle:2');
  const ids = await runs.askMany(6, { action: 'flaky' });

  await runs.untilAllEnded(30_000);
  expect(new Set(await runs.statuses())).toEqual(new Set(['completed']));
  for (const id of ids) expect(await outputOf(id)).toBe('start 1\nstart 2\nstart 3\n');
});

test('a run for which the database does not answer before its process starts gets another attempt', async () => {
  const runs = new Runs();
  await losing('secrets:2');
  const ids = await runs.askMany(6, { action: 'work', env: QUICK });

  await runs.untilAllEnded(30_000);
  expect(new Set(await runs.statuses())).toEqual(new Set(['completed']));
  for (const id of ids) expect(await outputOf(id)).toMatch(/^start (\d+)\nend \1\n$/);
  expect((await attempts('lost', 'never_started')).length).toBeGreaterThan(0);
});
