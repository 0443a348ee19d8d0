import { expect, test } from 'vitest';
import type { LogChunk } from '#lib/contracts/executions.ts';
import { claimOne, done } from '#test/attempts.ts';
import { ada, ask } from '#test/executions.ts';
import { appendLog, type LogStream } from './log-repository.ts';
import { followLogs } from './logs.ts';
import { settleAttempt } from './settle.ts';

const TURTLE = Buffer.from('🐢');

test('a reader who comes back after any chunk gets the rest as it was, however a character was cut', async () => {
  const pieces: [LogStream, Buffer][] = [
    ['stdout', Buffer.concat([Buffer.from('a'), TURTLE.subarray(0, 1)])],
    ['stderr', Buffer.concat([Buffer.from('b'), TURTLE.subarray(0, 3)])],
    ['stdout', TURTLE.subarray(1, 2)],
    ['stdout', TURTLE.subarray(2, 3)],
    ['system', Buffer.from('said between\n')],
    ['stderr', TURTLE.subarray(3)],
    ['stdout', Buffer.concat([TURTLE.subarray(3), Buffer.from(' and more\n')])],
  ];
  const id = await aRunThatWrote(pieces);
  const whole = await follow(id, -1);

  for (const { seq } of whole) {
    expect(await follow(id, seq), `after chunk ${seq}`).toEqual(
      whole.filter((chunk) => chunk.seq > seq),
    );
  }
  expect(textOf(whole, 'stdout')).toBe('a🐢 and more\n');
  expect(textOf(whole, 'stderr')).toBe('b🐢');
});

test('a reader of one stream who comes back is told nothing of the other', async () => {
  const id = await aRunThatWrote([
    ['stderr', TURTLE.subarray(0, 2)],
    ['stdout', Buffer.from('plain\n')],
    ['stderr', TURTLE.subarray(2)],
    ['stdout', Buffer.from('more\n')],
  ]);
  const [first] = await follow(id, -1, 'stdout');

  expect(textOf(await follow(id, first?.seq ?? -1, 'stdout'), 'stdout')).toBe('more\n');
});

async function aRunThatWrote(pieces: readonly [LogStream, Buffer][]): Promise<number> {
  const id = await ask();
  const attempt = await claimOne(id);
  const owner = { ...attempt, execution_id: id };
  const chunks = pieces.map(([stream, content], index) => ({
    seq: index + 1,
    stream,
    at: new Date(),
    content,
  }));
  expect(await appendLog(owner, chunks)).toBe(true);
  await settleAttempt(attempt, done);
  return id;
}

async function follow(
  id: number,
  afterSeq: number,
  stream: LogStream | 'all' = 'all',
): Promise<LogChunk[]> {
  const chunks: LogChunk[] = [];
  for await (const { event, data } of followLogs(
    ada,
    id,
    { stream, afterSeq },
    new AbortController().signal,
  )) {
    if (event === 'log') chunks.push(data as LogChunk);
  }
  return chunks;
}

const textOf = (chunks: readonly LogChunk[], stream: LogStream): string =>
  chunks
    .filter((chunk) => chunk.stream === stream)
    .map(({ text }) => text)
    .join('');
