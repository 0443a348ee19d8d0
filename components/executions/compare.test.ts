import { describe, expect, test } from 'vitest';
import type { EnvironmentVariable } from '#lib/contracts/executions.ts';
import { compareVariables, differencesOf, firstDifferingLine } from './compare.ts';

const variable = (
  name: string,
  value: string,
  origin: EnvironmentVariable['origin'] = 'request',
): EnvironmentVariable => ({
  name,
  value,
  origin,
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

describe('of the variables of two runs', () => {
  const ofRun = (id: number, worker: string, user: string) => [
    variable('ATTUNE_EXEC_ID', String(id), 'standard'),
    variable('ATTUNE_API_TOKEN', `[masked: token ${id}]`, 'standard'),
    variable('HOME', `/data/runs/${worker}/${id}-1`, 'standard'),
    variable('TMPDIR', `/data/runs/${worker}/${id}-1`, 'standard'),
    variable('ATTUNE_PARAMETER_FILE', `/data/runs/${worker}/${id}-1/parameters`, 'standard'),
    variable('USER', user, 'standard'),
    variable('LANG', 'C.UTF-8', 'baseline'),
  ];

  test('what names the run, its directory, its worker or its slot is told apart and not counted', () => {
    expect(
      compareVariables(ofRun(12, 'w-1', 'attune-61000'), ofRun(345, 'w-2', 'attune-61003')),
    ).toEqual({
      changed: [],
      ofEachRun: [
        'ATTUNE_API_TOKEN',
        'ATTUNE_EXEC_ID',
        'ATTUNE_PARAMETER_FILE',
        'HOME',
        'TMPDIR',
        'USER',
      ],
    });
    expect(compareVariables(ofRun(12, 'w-1', 'a'), ofRun(12, 'w-1', 'a'))).toEqual({
      changed: [],
      ofEachRun: [],
    });
  });

  test('what was asked for counts as it stands, even where it is the number of the run', () => {
    const { changed } = compareVariables(
      [...ofRun(20, 'w-1', 'a'), variable('DRAIN_SECONDS', '20'), variable('OLD', 'x')],
      [...ofRun(45, 'w-1', 'a'), variable('DRAIN_SECONDS', '45')],
    );
    expect(changed).toEqual([
      { name: 'DRAIN_SECONDS', was: '20', is: '45' },
      { name: 'OLD', was: 'x', is: null },
    ]);
  });

  test('a user who is no slot is a difference, and so is a variable that only one of them has', () => {
    const { changed } = compareVariables(
      [...ofRun(1, 'w-1', 'attune-61000'), variable('ATTUNE_RULE', 'ops.nightly', 'standard')],
      ofRun(2, 'w-1', 'root'),
    );
    expect(changed.map(({ name }) => name)).toEqual(['ATTUNE_RULE', 'USER']);
  });

  test('a directory that a run was asked to use is not mistaken for its own', () => {
    const home = (value: string) => variable('DEPLOY_HOME', value, 'request');
    const { changed } = compareVariables(
      [...ofRun(1, 'w-1', 'a'), home('/data/runs/w-1/1-1')],
      [...ofRun(2, 'w-1', 'a'), home('/data/runs/w-1/2-1')],
    );
    expect(changed.map(({ name }) => name)).toEqual(['DEPLOY_HOME']);
  });
});

test('outputs differ in the first line that is another, or that only one of them has', () => {
  expect(firstDifferingLine('a\nb\nc\n', 'a\nB\nc\n')).toEqual({ line: 2, was: 'b', is: 'B' });
  expect(firstDifferingLine('a\n', 'a\nb\n')).toEqual({ line: 2, was: null, is: 'b' });
  expect(firstDifferingLine('a\r\nb', 'a\nb\n')).toBeNull();
  expect(firstDifferingLine('', '')).toBeNull();
});
