import { expect, test } from 'vitest';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { firstPage, JOINED_MAX, withFirst, withOlder } from './joined-rows.ts';

const runs = (from: number, to: number): ExecutionSummary[] =>
  Array.from({ length: from - to + 1 }, (_, at) => ({ id: from - at }) as ExecutionSummary);
const ids = ({ rows }: { rows: readonly ExecutionSummary[] }) => rows.map(({ id }) => id);

test('an older page stands below, and nothing of it twice', () => {
  const known = withOlder(firstPage(runs(9, 7), '7'), runs(7, 4), '4');
  expect([ids(known), known.cursor]).toEqual([[9, 8, 7, 6, 5, 4], '4']);
});

test('a first page that is read anew keeps what was loaded below it', () => {
  const known = withOlder(firstPage(runs(9, 7), '7'), runs(6, 4), '4');
  const anew = withFirst(known, runs(11, 9), '9');
  expect([ids(anew), anew.cursor]).toEqual([[11, 10, 9, 8, 7, 6, 5, 4], '4']);
});

test('where so much has come that the pages do not touch, the list begins anew without a gap', () => {
  const known = withOlder(firstPage(runs(9, 7), '7'), runs(6, 4), '4');
  const anew = withFirst(known, runs(30, 28), '28');
  expect([ids(anew), anew.cursor, anew.isExtended]).toEqual([[30, 29, 28], '28', false]);
});

test('a list that was never extended stays one page, however often it is read', () => {
  expect(ids(withFirst(firstPage(runs(9, 7), '7'), runs(10, 8), '8'))).toEqual([10, 9, 8]);
});

test('a list that is left open does not grow for ever, and goes on where it was cut', () => {
  const known = withOlder(firstPage(runs(20_000, 19_000), '19000'), runs(18_999, 10_001), '10001');
  const anew = withFirst(known, runs(20_500, 19_990), '19990');
  expect(anew.rows).toHaveLength(JOINED_MAX);
  expect(anew.cursor).toBe(String(anew.rows.at(-1)?.id));
});
