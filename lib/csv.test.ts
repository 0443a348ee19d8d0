import { describe, expect, test } from 'vitest';
import { toCsvLine } from './csv.ts';

describe('a line of comma-separated values', () => {
  test.each([
    [['a', 1, true, null], 'a,1,true,\r\n'],
    [['a,b', 'say "no"'], '"a,b","say ""no"""\r\n'],
    [['two\nlines', 'a\r\nb'], '"two\nlines","a\r\nb"\r\n'],
    [[-1, 0.5], '-1,0.5\r\n'],
    [['', ' x'], ', x\r\n'],
  ])('%j is written after RFC 4180', (cells, line) => {
    expect(toCsvLine(cells)).toBe(line);
  });

  test.each([
    '=1+1',
    '=cmd|"/c calc"!A0',
    '+1',
    '-2+3',
    '@SUM(A1)',
    '\t=1',
    '\r=1',
    '\n=1',
    '＝1+1',
  ])('%j is a text in a spreadsheet and no formula', (text) => {
    const line = toCsvLine([text]);
    expect(line.replace(/^"/, '')).toMatch(/^'/);
    expect(parse(line)).toBe(`'${text}`);
  });

  test('a cell cannot end its line or begin another cell', () => {
    const line = toCsvLine(['x",=1+1,"', 'y\r\n=2+2,']);
    expect(line.split(/"(?:[^"]|"")*"/)).toEqual(['', ',', '\r\n']);
  });
});

const parse = (line: string): string => {
  const cell = line.slice(0, -2);
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
};
