import { expect, test } from 'vitest';
import { declaredLimitWords, mechanismWords, resourceLimitWords } from './resource-limits.ts';

test('each limit names what holds it, and what nothing holds is not called limited', () => {
  const limits = { memory_mb: 2048, open_files: 64, file_size_mb: 5 };
  const mechanisms = { memory_mb: ['sampled'], open_files: ['rlimit', 'sampled'] } as const;

  expect(resourceLimitWords(limits, mechanisms)).toEqual({
    Processor: 'not limited',
    Memory: '2,048 MB, by sampling',
    Processes: 'not limited',
    'Open files': '64 a process, by rlimit and sampling',
    'File size': 'not limited: nothing on this worker holds 5 MB a file',
    Disk: 'not limited',
  });
});

test('what an action says is one phrase', () => {
  expect(declaredLimitWords({ memory_mb: 64, cpu_seconds: 5 })).toBe('processor 5 s, memory 64 MB');
  expect(declaredLimitWords({})).toBeNull();
});

test('a worker names by what it holds limits, and which ones it cannot hold', () => {
  const mechanisms = {
    cpu_seconds: ['sampled', 'rlimit'],
    memory_mb: ['sampled'],
    open_files: ['sampled', 'rlimit'],
    disk_mb: ['sampled'],
  } as const;

  expect(mechanismWords(mechanisms)).toEqual([
    { names: 'Processor, Open files', words: 'by sampling and rlimit', isLimited: true },
    { names: 'Memory, Disk', words: 'by sampling', isLimited: true },
    { names: 'Processes, File size', words: 'not limited', isLimited: false },
  ]);
  expect(mechanismWords({}).map(({ words }) => words)).toEqual(['not limited']);
});
