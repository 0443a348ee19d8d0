import { describe, expect, test } from 'vitest';
import {
  endReasonOf,
  LIMIT_NAMES,
  limitBehind,
  limitError,
  resolveLimits,
} from './resource-limits.ts';

const NONE = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 0])) as Record<
  (typeof LIMIT_NAMES)[number],
  number
>;

describe('the limits of a run', () => {
  test('are those of its action, else those of the settings, and 0 is none', () => {
    const defaults = { ...NONE, memory_mb: 512, processes: 64 };
    expect(resolveLimits({ memory_mb: 64, cpu_seconds: 5 }, defaults)).toEqual({
      cpu_seconds: 5,
      memory_mb: 64,
      processes: 64,
    });
  });

  test('leave out what was stored and is none', () => {
    for (const value of [0, -1, 1.5, '5', null, 1e10])
      expect(resolveLimits({ memory_mb: value }, NONE)).toEqual({});
    expect(resolveLimits(null, NONE)).toEqual({});
  });

  test('have an end reason and a sentence each, which says how to raise it', () => {
    expect(LIMIT_NAMES.map(endReasonOf)).toEqual([
      'limit_cpu',
      'limit_memory',
      'limit_processes',
      'limit_open_files',
      'limit_file_size',
      'limit_disk',
    ]);
    for (const name of LIMIT_NAMES) expect(limitError(name, 7)).toMatch(/7.*\(limits\./);
  });
});

describe('the limit behind a failure', () => {
  const failed = { exitCode: 1, signal: null, stderr: '' };
  const all = Object.fromEntries(LIMIT_NAMES.map((name) => [name, 10]));

  test.each([
    ['cpu_seconds', { signal: 'SIGXCPU', exitCode: null }],
    ['cpu_seconds', { exitCode: 152 }],
    ['file_size_mb', { signal: 'SIGXFSZ', exitCode: null }],
    ['file_size_mb', { exitCode: 153 }],
    ['file_size_mb', { stderr: 'OSError: [Errno 27] File too large' }],
    ['open_files', { stderr: 'Error: EMFILE: too many open files, open x' }],
    ['processes', { stderr: 'bash: fork: retry: Resource temporarily unavailable' }],
  ] as const)('is %s for %o, and nothing where that is not limited', (name, exit) => {
    expect(limitBehind({ ...failed, ...exit }, all)).toBe(name);
    const { [name]: _, ...others } = all;
    expect(limitBehind({ ...failed, ...exit }, others)).toBeNull();
  });

  test('is none of a run that went well, whatever it printed', () => {
    expect(limitBehind({ exitCode: 0, signal: null, stderr: 'EMFILE' }, all)).toBeNull();
  });
});
