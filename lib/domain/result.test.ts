import { describe, expect, test } from 'vitest';
import { findUnstorable } from './json-safety.ts';
import { buildResult, type ResultInput } from './result.ts';

const build = (change: Partial<ResultInput> = {}) =>
  buildResult({
    kind: 'exited',
    exitCode: 0,
    signal: null,
    durationMs: 12.4,
    stdoutTail: '',
    stdoutToParse: change.stdoutTail ?? '',
    stderrTail: '',
    stdoutTruncatedBytes: 0,
    stderrTruncatedBytes: 0,
    outputFormat: 'json',
    timeoutSeconds: 60,
    ...change,
  });

describe('a run that exits with 0', () => {
  test('has completed', () => {
    expect(build({ outputFormat: 'text', stdoutTail: 'hi\n', stderrTail: 'warn' })).toEqual({
      status: 'completed',
      result: {
        succeeded: true,
        exit_code: 0,
        duration_ms: 12,
        stdout: 'hi\n',
        stderr_log: 'warn',
      },
    });
    expect(build()).toEqual({
      status: 'completed',
      result: { succeeded: true, exit_code: 0, duration_ms: 12 },
    });
  });

  test.each<[ResultInput['outputFormat'], string, unknown]>([
    ['json', '{"a":1}\n', { a: 1 }],
    ['json', 'log line\n[1,2]\n\n', [1, 2]],
    ['json', '{\n "a": [1]\n}', { a: [1] }],
    ['yaml', 'a: 1\nb: [x]\n', { a: 1, b: ['x'] }],
    ['jsonl', '{"a":1}\nnoise\n\n2\n', [{ a: 1 }, 2]],
  ])('has its %s output as data, and stdout only once', (outputFormat, stdoutTail, data) => {
    const { result } = build({ outputFormat, stdoutTail });
    expect(result['data']).toEqual(data);
    expect(result).not.toHaveProperty('stdout');
  });

  test.each<[ResultInput['outputFormat'], string]>([
    ['json', 'not json'],
    ['yaml', 'a: [1'],
    ['jsonl', 'no\nlines'],
  ])('keeps %s output that cannot be read as text, and says so', (outputFormat, stdoutTail) => {
    const { status, result } = build({ outputFormat, stdoutTail });
    expect(status).toBe('completed');
    expect(result).toMatchObject({ stdout: stdoutTail, parse_error: expect.any(String) as string });
  });

  test('hands its queue acknowledgement up', () => {
    const queue_ack = { version: 1, items: [] };
    expect(build({ stdoutTail: JSON.stringify({ queue_ack }) }).result['queue_ack']).toEqual(
      queue_ack,
    );
  });
});

describe('a run that fails', () => {
  const failed = (change: Partial<ResultInput>) =>
    build({ exitCode: 3, ...change }).result['error'];

  test('tells its stderr, of a long one the last line', () => {
    expect(failed({ stderrTail: 'a\nb\n' })).toBe('a\nb');
    expect(failed({ stderrTail: '1\n2\n3\n4\n5\nlast\n' })).toBe('last');
    expect(failed({})).toBe('Command exited with code 3');
    expect(build({ exitCode: 3 })).toMatchObject({
      status: 'failed',
      result: { succeeded: false, exit_code: 3 },
    });
  });

  test.each<ResultInput['outputFormat']>(['json', 'text'])(
    'prefers the error that it wrote as JSON (%s)',
    (outputFormat) => {
      const stdoutTail = 'working\n{"success":false,"error":"no host"}\n';
      expect(failed({ outputFormat, stdoutTail, stderrTail: 'trace' })).toBe('no host');
      expect(failed({ stdoutTail: '{"error":{"code":1}}' })).toBe('{"code":1}');
      expect(failed({ stdoutTail: '{"error":""}', stderrTail: 'trace' })).toBe('trace');
    },
  );

  test('tells the signal that killed it, or why it did not start', () => {
    expect(build({ kind: 'killed', exitCode: null, signal: 'SIGKILL' })).toMatchObject({
      status: 'failed',
      result: { exit_code: -1, signal: 'SIGKILL', error: 'Command was killed by SIGKILL' },
    });
    expect(
      build({ kind: 'not_started', exitCode: null, error: 'python3 is missing' }),
    ).toMatchObject({
      status: 'failed',
      result: { error: 'python3 is missing' },
    });
  });
});

test.each([
  [
    'timeout' as const,
    { timed_out: true, exit_code: -1, error: 'Execution timed out after 60 seconds' },
  ],
  ['cancelled' as const, { cancelled: true, error: 'Execution was cancelled' }],
  ['abandoned' as const, { error: expect.stringContaining('lost') as string }],
])('%s is a status of its own, whatever the process answered', (kind, result) => {
  expect(build({ kind, exitCode: 0, stdoutTail: '{"a":1}' })).toMatchObject({
    status: kind,
    result: { succeeded: false, stdout: '{"a":1}', ...result },
  });
});

test('what was cut is counted', () => {
  expect(build({ stdoutTruncatedBytes: 5, stderrTruncatedBytes: 6 }).result).toMatchObject({
    stdout_truncated: true,
    stdout_bytes_truncated: 5,
    stderr_truncated: true,
    stderr_bytes_truncated: 6,
  });
});

test('what cannot be stored is replaced and counted', () => {
  expect(build({ stdoutTail: '{"a":"\\u0000","b":"\\ud800"}' }).result).toMatchObject({
    data: { a: '\uFFFD', b: '\uFFFD' },
    replaced_characters: 2,
  });
  const bomb = '['.repeat(20_000) + ']'.repeat(20_000);
  expect(build({ stdoutTail: bomb }).status).toBe('completed');
  expect(build({ stdoutTail: bomb, outputFormat: 'yaml' }).status).toBe('completed');
});

test('output that is nested without end becomes a result that can be stored', () => {
  const deep = `${'['.repeat(300_000)}${']'.repeat(300_000)}`;
  for (const stdoutTail of [deep, `{"error":${deep}}`, `{"error":"no","more":${deep}}`]) {
    for (const exitCode of [0, 1]) {
      const { result } = build({ exitCode, stdoutTail });
      expect(findUnstorable(result)).toBeNull();
      expect(() => JSON.stringify(result)).not.toThrow();
    }
  }
});
