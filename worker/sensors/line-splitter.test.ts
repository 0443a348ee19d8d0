import { describe, expect, test } from 'vitest';
import { LineSplitter, type Piece } from './line-splitter.ts';

const split = (chunks: readonly string[], lineBytesMax = 100): string[] => {
  const splitter = new LineSplitter(lineBytesMax);
  const pieces = [
    ...chunks.flatMap((chunk) => Array.from(splitter.split(Buffer.from(chunk)))),
    ...splitter.rest(),
  ];
  return pieces.map(show);
};

const show = (piece: Piece): string =>
  piece.kind === 'object'
    ? `object ${piece.line.toString()}`
    : `text ${JSON.stringify(piece.bytes.toString())}`;

describe('LineSplitter', () => {
  test('tells lines that begin with a brace from all others', () => {
    expect(split(['hello\n{"a":1}\n\nbye'])).toEqual([
      'text "hello\\n"',
      'object {"a":1}',
      'text "\\n"',
      'text "bye"',
    ]);
  });

  test('finds the same lines wherever the chunks are cut', () => {
    const whole = 'one\n{"a":1}\ntwo {x}\n{"b":2}\n';
    for (let at = 1; at < whole.length; at++) {
      const pieces = split([whole.slice(0, at), whole.slice(at)]);

      expect(pieces.filter((piece) => piece.startsWith('object'))).toEqual([
        'object {"a":1}',
        'object {"b":2}',
      ]);
    }
  });

  test('takes a last line without its end', () => {
    expect(split(['{"a":1}'])).toEqual(['object {"a":1}']);
  });

  test('makes text of a line that is too long, and goes on behind it', () => {
    expect(split(['{"a":"12345', '6789"}\n{}\n'], 10)).toEqual([
      'text "{\\"a\\":\\"12345"',
      'text "6789\\"}\\n"',
      'object {}',
    ]);
  });
});
