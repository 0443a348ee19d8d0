import { expect, test } from 'vitest';
import { describePromises } from './describe-promises.ts';

const kept = { invariant: 'a', title: 'A is kept.', holds: true, count: 0, examples: [] };

test('each promise has a line; a broken one says how often, where, and how many more', () => {
  const broken = { invariant: 'b-c', title: 'B is kept.', holds: false, count: 3 };

  expect(
    describePromises([kept, { ...broken, examples: ['execution 1: so', 'execution 2: so'] }]),
  ).toEqual([
    '  ✓ A is kept.',
    '  ✗ B is kept.  (b-c: 3)',
    '      execution 1: so',
    '      execution 2: so',
    '      … and 1 more',
    '  1 of 2 do not hold.',
  ]);
});

test('where all hold, the last line says so', () => {
  expect(describePromises([kept])).toEqual(['  ✓ A is kept.', '  All 1 hold.']);
});
