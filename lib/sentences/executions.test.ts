import { expect, test } from 'vitest';
import { executionsSentence, type NewestStats } from './executions.ts';

const stats: NewestStats = {
  total: 39,
  completed: 36,
  failed: 1,
  running: 1,
  pending: 0,
  cancelled: 0,
  timeout: 1,
  abandoned: 0,
  isAll: true,
};

test('what is in progress and what went wrong, in one sentence', () => {
  expect(executionsSentence(stats)).toBe(
    '1 running, 0 waiting; 2 of 39 runs failed, timed out or were lost.',
  );
  expect(executionsSentence({ ...stats, running: 0, failed: 0, timeout: 0, isAll: false })).toBe(
    'Nothing is in progress; none of the newest 39 runs that ended failed.',
  );
  expect(executionsSentence({ ...stats, total: 0 })).toBe('Nothing has run here yet.');
});

test('above a list that is filtered it says that it is about all', () => {
  expect(executionsSentence({ ...stats, running: 0 }, true)).toBe(
    'Without the filters: nothing is in progress; 2 of 39 runs failed, timed out or were lost.',
  );
});
