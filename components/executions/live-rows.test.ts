import { expect, test } from 'vitest';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { CHANGES_MAX, countNewer, currentRows, takeChanges } from './live-rows.ts';

const run = (id: number, status: ExecutionSummary['status'], updated: number) =>
  ({ id, status, updated: new Date(updated).toISOString() }) as ExecutionSummary;

const take = (...runs: ExecutionSummary[]) => takeChanges(new Map(), runs);

test('a row keeps its place and takes its newest status, however late an older change arrives', () => {
  const rows = [run(2, 'requested', 1), run(1, 'completed', 9)];
  const changes = take(run(2, 'completed', 5), run(2, 'running', 3), run(1, 'running', 2));
  expect(currentRows(rows, changes).map(({ id, status }) => [id, status])).toEqual([
    [2, 'completed'],
    [1, 'completed'],
  ]);
});

test('newer runs are counted, each once, and only those that the filter shows', () => {
  const rows = [run(2, 'failed', 1)];
  const changes = take(
    run(3, 'running', 2),
    run(3, 'failed', 3),
    run(4, 'completed', 3),
    run(1, 'failed', 3),
  );
  expect(countNewer(rows, changes, { statuses: [] })).toBe(2);
  expect(countNewer(rows, changes, { statuses: ['failed'] })).toBe(1);
  expect(countNewer(rows, changes, { statuses: [], reason: 'quarantined' })).toBe(0);
  expect(countNewer(rows, changes, { statuses: [], sinceMs: 4 })).toBe(0);
});

test('a page that is left open does not grow', () => {
  const many = Array.from({ length: CHANGES_MAX + 40 }, (_, index) =>
    run(index + 1, 'running', index),
  );
  expect(take(...many).size).toBe(CHANGES_MAX);
});
