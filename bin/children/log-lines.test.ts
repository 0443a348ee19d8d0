import { describe, expect, test } from 'vitest';
import { createLineSplitter, importantText } from './log-lines.ts';

describe('importantText', () => {
  test('shows warnings and errors with their reason, and keeps the rest for the log file', () => {
    expect(importantText('{"level":30,"msg":"claimed"}', 'stdout')).toBeNull();
    expect(importantText('{"level":40,"msg":"slow"}', 'stdout')).toBe('slow');
    expect(importantText('{"level":50,"msg":"broke","err":{"message":"why"}}', 'stdout')).toBe(
      'broke: why',
    );
  });

  test('shows plain words on stderr only', () => {
    expect(importantText('Segmentation fault', 'stderr')).toBe('Segmentation fault');
    expect(importantText('GET / 200', 'stdout')).toBeNull();
    expect(importantText('{not json', 'stderr')).toBe('{not json');
  });
});

test('a line that comes in pieces is one line', () => {
  const lines: string[] = [];
  const write = createLineSplitter((line) => lines.push(line));
  for (const piece of ['a', 'b\nc', '\nd']) write(piece);
  expect(lines).toEqual(['ab', 'c']);
});
