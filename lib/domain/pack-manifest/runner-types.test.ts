import { describe, expect, test } from 'vitest';
import { runnerTypeOf } from './runner-types.ts';

describe('runnerTypeOf', () => {
  test.each([
    ['bash', 'shell'],
    ['sh', 'shell'],
    ['Python3', 'python'],
    ['node.js', 'nodejs'],
    [' node ', 'nodejs'],
    ['builtin', 'native'],
    ['standalone', 'native'],
  ])('%s is %s', (word, name) => {
    expect(runnerTypeOf(word)).toBe(name);
  });

  test.each(['ruby', '', 'constructor', '__proto__'])('%j is no runner', (word) => {
    expect(runnerTypeOf(word)).toBeNull();
  });
});
