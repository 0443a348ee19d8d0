import { describe, expect, test } from 'vitest';
import {
  escapeControls,
  formatBytes,
  formatCountdown,
  formatDuration,
  formatExact,
  formatRelative,
  formatSeconds,
} from './format.ts';

describe('formatDuration', () => {
  test.each([
    [0, '0 ms'],
    [412, '412 ms'],
    [999.6, '1.0 s'],
    [2_800, '2.8 s'],
    [30_000, '30.0 s'],
    [59_940, '59.9 s'],
    [59_960, '1 m'],
    [72_000, '1 m 12 s'],
    [3_599_600, '1 h'],
    [11_100_000, '3 h 5 m'],
    [187_200_000, '2 d 4 h'],
    [-5, '0 ms'],
    [null, '–'],
  ])('%s ms is %s', (ms, words) => {
    expect(formatDuration(ms)).toBe(words);
  });
});

test('a span that somebody set has no false precision', () => {
  expect([30, 90, 600, 3_600].map(formatSeconds)).toEqual(['30 s', '1 m 30 s', '10 m', '1 h']);
});

test('bytes never read 1000.0', () => {
  expect([412, 10_035, 1_048_524, 1_048_576].map(formatBytes)).toEqual([
    '412 B',
    '9.8 KiB',
    '1.0 MiB',
    '1.0 MiB',
  ]);
});

test('what is left counts down to 0:00 and not below', () => {
  expect([492_000, 9_400, 3_729_000, -1].map(formatCountdown)).toEqual([
    '8:12',
    '0:10',
    '1:02:09',
    '0:00',
  ]);
});

test('control characters are shown as JSON writes them, lines and tabs as they are', () => {
  expect(escapeControls('a\tb\n\u001b[32mgreen\u001b[0m\r\u0000')).toBe(
    String.raw`a${'\t'}b${'\n'}\u001b[32mgreen\u001b[0m\u000d\u0000`,
  );
});

describe('times', () => {
  const at = '2026-11-23T14:02:11.204+00:00';
  const after = (ms: number) => Date.parse(at) + ms;

  test('are relative under a day, in whole units that have passed', () => {
    const words = [300, 12_900, 59_900, 200_000, 7_300_000].map((ms) =>
      formatRelative(at, after(ms), 'UTC'),
    );
    expect(words).toEqual(['now', '12 s ago', '59 s ago', '3 min ago', '2 h ago']);
  });

  test('of the future say so', () => {
    expect(formatRelative(at, after(-5_000), 'UTC')).toBe('in 5 s');
  });

  test('are a date from a day on, in the zone of the reader', () => {
    expect(formatRelative(at, after(86_400_000), 'Europe/Berlin')).toBe('23 Nov, 15:02');
  });

  test('are exact with their zone', () => {
    expect(formatExact(at, 'America/New_York')).toBe('2026-11-23 09:02:11.204 America/New_York');
  });
});
