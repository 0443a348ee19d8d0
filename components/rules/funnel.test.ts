import { expect, test } from 'vitest';
import { funnelOf } from './funnel.ts';

const matched = { matched: true, failed: null };
const failed = (path: string) => ({ matched: false, failed: { path } });

test('an event that fails at a line has passed those before it', () => {
  const verdicts = [failed('[0]'), failed('all[1].not'), failed('all[1]'), matched];
  expect(funnelOf(verdicts, [true, true])).toEqual([
    { passed: 3, of: 4 },
    { passed: 1, of: 3 },
  ]);
});

test('a line that was not begun has no pass, and takes none from those after it', () => {
  expect(funnelOf([matched, failed('all[1]')], [true, false, true, false])).toEqual([
    { passed: 2, of: 2 },
    undefined,
    { passed: 1, of: 2 },
    undefined,
  ]);
});
