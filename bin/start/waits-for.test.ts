import { expect, test } from 'vitest';
import { describeWait } from './waits-for.ts';

const until = new Date('2026-01-31T10:00:30Z');
const before = new Date('2026-01-31T10:00:00Z');
const after = new Date('2026-01-31T10:00:31Z');

test('a worker that stops says how many runs go on, and until when', () => {
  expect(describeWait(2, until, before)).toMatch(
    /^2 runs may go on until \d\d:\d\d:30; Ctrl-C once more stops at once$/,
  );
  expect(describeWait(1, until, before)).toMatch(/^1 run may go on/);
});

test('a worker whose time is up says that it ends its runs', () => {
  expect(describeWait(2, until, after)).toMatch(/^2 runs being ended/);
});

test('a worker without runs, or of whom nothing is known, promises nothing', () => {
  expect(describeWait(0, until, before)).toMatch(/^no run is left/);
  expect(describeWait(null, until, before)).toBe('Ctrl-C once more stops at once');
});
