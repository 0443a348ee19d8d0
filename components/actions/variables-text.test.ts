import { expect, test } from 'vitest';
import { readVariables, toVariablesText } from './variables-text.ts';

test('variables are the same after they were written as lines and read again', () => {
  const variables = { A: '1', EMPTY: '', B: 'x=y "z"', C: ' two\nlines ', D: '"quoted"', E: '{}' };
  expect(readVariables(`${toVariablesText(variables)}\n\n`)).toEqual({ variables });
});

test.each([
  ['A=1\nNAME', 'Line 2 is “NAME”; it takes NAME=value.'],
  ['=1', 'Line 1 is “=1”; it takes NAME=value.'],
  ['A=1\nA=2', 'A stands there twice.'],
  ['A="1', 'The value of A begins with a quote, and is no JSON string.'],
])('%j is refused with what would do', (text, problem) => {
  expect(readVariables(text)).toEqual({ problem });
});
