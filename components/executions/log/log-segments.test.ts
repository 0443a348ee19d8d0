import { expect, test } from 'vitest';
import { markSegments, plainOf, segmentsOf } from './log-segments.ts';

test('colours become words of our own, and the escapes are gone', () => {
  expect(
    segmentsOf('\u001B[31mred\u001B[0m and \u001B[1;32mgreen\u001B[0m \u001B[90mquiet\u001B[0m'),
  ).toEqual([
    { text: 'red', colour: 'red' },
    { text: ' and ' },
    { text: 'green', colour: 'green', isBold: true },
    { text: ' ' },
    { text: 'quiet', colour: 'grey' },
  ]);
});

test('what moves a cursor, sets a title or rings a bell leaves nothing behind', () => {
  expect(plainOf('a\u001B[2K\u001B]0;title\u0007b\u0007\u001B[1Ac')).toBe('abc');
});

test('a masked secret is a piece of its own, coloured or not', () => {
  expect(segmentsOf('ci:[masked: pack.deploy.password]@host')).toEqual([
    { text: 'ci:' },
    { text: '[masked: pack.deploy.password]', mask: 'pack.deploy.password' },
    { text: '@host' },
  ]);
  expect(segmentsOf('\u001B[31m[masked: a]\u001B[0m')).toEqual([
    { text: '[masked: a]', mask: 'a', colour: 'red' },
  ]);
});

test('text that only looks like markup stays text', () => {
  expect(plainOf('<b>&amp;</b> [masked:')).toBe('<b>&amp;</b> [masked:');
});

test('hits are marked across colours, and the text stays whole', () => {
  const segments = segmentsOf('one \u001B[31mtwo\u001B[0m three');
  const marked = markSegments(segments, [
    { from: 2, to: 6 },
    { from: 8, to: 10 },
  ]);
  expect(marked.map(({ text }) => text).join('')).toBe('one two three');
  expect(marked.filter(({ hit }) => hit === 0).map(({ text }) => text)).toEqual(['e ', 'tw']);
  expect(marked.filter(({ hit }) => hit === 1).map(({ text }) => text)).toEqual(['th']);
});

test('a mask that is hit is hit as a whole: its inside cannot be searched out', () => {
  const marked = markSegments(segmentsOf('x[masked: name]y'), [{ from: 3, to: 5 }]);
  expect(marked).toEqual([
    { text: 'x' },
    { text: '[masked: name]', mask: 'name', hit: 0 },
    { text: 'y' },
  ]);
});

test('the plain text of a line is the text of its segments, whatever codes it holds', () => {
  const parts = ['\u001B', '[', ']', '31', ';', 'm', 'K', '!', '?', ' ', 'a', '\u0007', '\\', '\r'];
  let state = 7;
  const next = (below: number) => (state = (state * 48_271) % 2_147_483_647) % below;
  for (let round = 0; round < 20_000; round++) {
    const text = Array.from({ length: next(14) }, () => parts[next(parts.length)]).join('');
    const segments = segmentsOf(text).map((segment) => segment.text);
    expect({ text, plain: plainOf(text) }).toEqual({ text, plain: segments.join('') });
  }
});
