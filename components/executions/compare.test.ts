import { expect, test } from 'vitest';
import type { EnvironmentVariable } from '#lib/contracts/executions.ts';
import { changedVariables, differencesOf, firstDifferingLine } from './compare.ts';

const variable = (name: string, value: string): EnvironmentVariable => ({
  name,
  value,
  origin: 'request',
  state: 'plain',
  masked_by: null,
  overrides: [],
});

test('two objects differ where their values do, by path, whatever the order of their keys', () => {
  expect(
    differencesOf(
      { drain: { seconds: 20, mode: 'rolling' }, tags: [{ a: 1, b: 2 }], gone: true },
      {
        tags: [{ b: 2, a: 1 }],
        drain: { mode: 'rolling', seconds: 45 },
        __proto__: null,
        made: null,
      },
    ),
  ).toEqual([
    { name: 'drain.seconds', was: '20', is: '45' },
    { name: 'gone', was: 'true', is: null },
    { name: 'made', was: null, is: 'null' },
  ]);
});

test('what names the run itself is no difference between two runs', () => {
  expect(
    changedVariables(
      {
        id: 12,
        variables: [
          variable('ATTUNE_EXEC_ID', '12'),
          variable('TMPDIR', '/tmp/run-12'),
          variable('DRAIN_SECONDS', '20'),
          variable('OLD', 'x'),
        ],
      },
      {
        id: 345,
        variables: [
          variable('ATTUNE_EXEC_ID', '345'),
          variable('TMPDIR', '/tmp/run-345'),
          variable('DRAIN_SECONDS', '45'),
        ],
      },
    ),
  ).toEqual([
    { name: 'DRAIN_SECONDS', was: '20', is: '45' },
    { name: 'OLD', was: 'x', is: null },
  ]);
});

test('outputs differ in the first line that is another, or that only one of them has', () => {
  expect(firstDifferingLine('a\nb\nc\n', 'a\nB\nc\n')).toEqual({ line: 2, was: 'b', is: 'B' });
  expect(firstDifferingLine('a\n', 'a\nb\n')).toEqual({ line: 2, was: null, is: 'b' });
  expect(firstDifferingLine('a\r\nb', 'a\nb\n')).toBeNull();
  expect(firstDifferingLine('', '')).toBeNull();
});
