import { expect, test } from 'vitest';
import type { LogChunk } from '#lib/contracts/executions.ts';
import { LINES_MAX, LogModel } from './log-model.ts';
import { ShownLines } from './shown-lines.ts';

let seq = 0;
const chunk = (stream: LogChunk['stream'], text: string): LogChunk => ({
  seq: seq++,
  attempt: 1,
  stream,
  at: '2026-11-23T14:00:00.000+00:00',
  text,
});

test('the lines of the chosen streams are shown, and those that come are added to them', () => {
  const log = new LogModel();
  const all = new ShownLines(log, new Set(['stdout', 'stderr', 'system']));
  const calm = new ShownLines(log, new Set(['stdout', 'system']));
  log.append(chunk('stdout', 'one\n'));
  const before = all.update();
  expect(all.firstError).toBe(-1);

  log.append(chunk('system', 'two\n'));
  log.append(chunk('stderr', 'three\nfour\n'));
  expect(all.update()).toBe(before);
  expect(all.update().map(({ text }) => text)).toEqual(['one', 'two', 'three', 'four']);
  expect(all.firstError).toBe(2);
  expect(calm.update().map(({ text }) => text)).toEqual(['one', 'two']);
  expect(calm.firstError).toBe(-1);
});

test('what was dropped at the beginning is not shown any more', () => {
  const log = new LogModel();
  const shown = new ShownLines(log, new Set(['stdout']));
  log.append(chunk('stdout', 'x\n'.repeat(LINES_MAX)));
  expect(shown.update()[0]?.number).toBe(1);
  log.append(chunk('stdout', 'x\n'.repeat(LINES_MAX / 5)));
  expect(shown.update()[0]?.number).toBe(log.dropped + 1);
  expect(shown.update()).toHaveLength(log.lines.length);
});
