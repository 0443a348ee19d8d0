import { expect, test } from 'vitest';
import type { LogLine } from './log-model.ts';
import { searchLog } from './log-search.ts';

const lines = ['drain 45 s', 'a.b (open)', '\u001B[31mDrain\u001B[0m open'].map(
  (text, index): LogLine => ({ number: index + 1, at: '', stream: 'stdout', attempt: 1, text }),
);

test('hits are counted in reading order, whatever the letters and colours', () => {
  expect(searchLog(lines, 'drain|open', true).order).toEqual([
    { line: 0, hit: 0 },
    { line: 1, hit: 0 },
    { line: 2, hit: 0 },
    { line: 2, hit: 1 },
  ]);
});

test('plain words mean what they say', () => {
  expect(searchLog(lines, 'a.b (open)', false).order).toHaveLength(1);
  expect(searchLog(lines, '.*', false).order).toHaveLength(0);
});

test('half a regular expression is a sentence and no crash, and one that fits everywhere ends', () => {
  expect(searchLog(lines, '(open', true).problem).not.toBeNull();
  expect(searchLog(lines, 'x*', true).order).toHaveLength(0);
});
