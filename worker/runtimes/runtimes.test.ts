import { describe, expect, test } from 'vitest';
import type { ProbedRuntime } from './probe-runtimes.ts';
import { findRuntime } from './runtimes.ts';

const python: ProbedRuntime = {
  name: 'python',
  interpreter: ['/usr/bin/python3', '-u'],
  readOnlyPaths: [],
  version: '3.11.2',
  available: true,
  problem: null,
};
const place = { packDirectory: '/packs/core', environmentDirectory: '/envs/core' };

describe('findRuntime', () => {
  test('runs Python unbuffered and lets it import from the lib directory of the pack', () => {
    const runtime = findRuntime('python3', [python], place);

    expect(runtime?.command('/packs/core/a.py')).toEqual([
      '/usr/bin/python3',
      '-u',
      '/packs/core/a.py',
    ]);
    expect(runtime?.environment).toEqual([
      { name: 'PYTHONPATH', value: '/packs/core/lib', operation: 'prepend' },
    ]);
  });

  test('sets no NODE_PATH for a pack without installed modules', () => {
    const node: ProbedRuntime = { ...python, name: 'nodejs', interpreter: ['/opt/node'] };

    expect(findRuntime('nodejs', [node], place)?.environment).toEqual([]);
  });

  test('knows nothing of a runtime that nobody has', () => {
    expect(findRuntime('ruby', [python], place)).toBeNull();
  });
});
