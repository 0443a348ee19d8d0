import { describe, expect, test } from 'vitest';
import type { LogChunk } from '#lib/contracts/executions.ts';
import { CHARS_MAX, LINE_CHARS_MAX, LINES_MAX, LogModel } from './log-model.ts';

const chunk = (
  seq: number,
  text: string,
  stream: LogChunk['stream'] = 'stdout',
  attempt = 1,
): LogChunk => ({
  seq,
  attempt,
  stream,
  at: '2026-11-23T14:00:00.000+00:00',
  text,
});

function model(...chunks: LogChunk[]): LogModel {
  const log = new LogModel();
  for (const one of chunks) log.append(one);
  return log;
}

const texts = (log: LogModel) => log.lines.map(({ text }) => text);

describe('a log', () => {
  test('is the same lines wherever the chunks were cut', () => {
    const whole = 'one\n\ntwo\r\nthree\n';
    for (let cut = 0; cut <= whole.length; cut++) {
      expect(texts(model(chunk(1, whole.slice(0, cut)), chunk(2, whole.slice(cut))))).toEqual([
        'one',
        '',
        'two',
        'three',
      ]);
    }
  });

  test('goes on in the line of its own stream, after another stream wrote in between', () => {
    const log = model(chunk(1, 'half '), chunk(2, 'error\n', 'stderr'), chunk(3, 'whole\nnext'));
    expect(log.lines.map(({ number, stream, text }) => [number, stream, text])).toEqual([
      [1, 'stdout', 'half whole'],
      [2, 'stderr', 'error'],
      [3, 'stdout', 'next'],
    ]);
  });

  test('of another attempt begins a line of its own', () => {
    expect(texts(model(chunk(1, 'cut off'), chunk(2, 'again\n', 'stdout', 2)))).toEqual([
      'cut off',
      'again',
    ]);
  });

  test('shows the last state of a progress bar', () => {
    expect(texts(model(chunk(1, '10 %\r20'), chunk(2, ' %\r30 %\n')))).toEqual(['30 %']);
    expect(texts(model(chunk(1, '10 %\r')))).toEqual(['10 %\r']);
  });

  test('takes a chunk that is sent again once', () => {
    expect(
      texts(
        model(chunk(1, 'a\n'), chunk(2, 'b\n'), chunk(1, 'a\n'), chunk(2, 'b\n'), chunk(3, 'c\n')),
      ),
    ).toEqual(['a', 'b', 'c']);
  });

  test('is bounded in lines and in the length of one, and its numbers do not move', () => {
    const log = model(
      chunk(1, 'x\n'.repeat(LINES_MAX + LINES_MAX / 10 + 1)),
      chunk(2, 'y'.repeat(LINE_CHARS_MAX * 2)),
    );
    expect(log.lines.length).toBeLessThanOrEqual(LINES_MAX + 1);
    expect(log.lines.at(-1)?.number).toBe(log.dropped + log.lines.length);
    expect(log.lines.at(-1)?.text).toHaveLength(LINE_CHARS_MAX);
  });

  test('is bounded in characters, where its lines are few and long', () => {
    const log = new LogModel();
    const text = `${'x'.repeat(LINE_CHARS_MAX - 1)}\n`.repeat(100);
    for (let seq = 1; seq <= 80; seq++) log.append(chunk(seq, text));
    const chars = log.lines.reduce((sum, line) => sum + line.text.length, 0);
    expect(log.dropped).toBeGreaterThan(0);
    expect(chars).toBeLessThanOrEqual(CHARS_MAX * 1.1);
    expect(chars).toBeGreaterThan(CHARS_MAX * 0.8);
    expect(log.lines.at(-1)?.number).toBe(8_000);
  });
});
