import { describe, expect, test } from 'vitest';
import type { LogChunk } from '#lib/contracts/executions.ts';
import { LogModel } from './log-model.ts';
import { LogSearch, rangesIn, searchOn } from './log-search.ts';

let seq = 0;
const chunk = (text: string): LogChunk => ({
  seq: seq++,
  attempt: 1,
  stream: 'stdout',
  at: '2026-11-23T14:00:00.000+00:00',
  text,
});

function logOf(text: string): LogModel {
  const log = new LogModel();
  log.append(chunk(text));
  return log;
}

const NEVER = () => false;
const AT_ONCE = () => true;

function search(log: LogModel, words: string, isRegex: boolean): LogSearch {
  const found = new LogSearch(log.lines, words, isRegex);
  searchOn(found, NEVER);
  return found;
}

const log = logOf('drain 45 s\na.b (open)\n\u001B[31mDrain\u001B[0m open\n');

test('hits are counted in reading order, whatever the letters and colours', () => {
  expect(search(log, 'drain|open', true).hits).toEqual([
    { line: 0, hit: 0 },
    { line: 1, hit: 0 },
    { line: 2, hit: 0 },
    { line: 2, hit: 1 },
  ]);
  expect(rangesIn(log.lines[2]?.text ?? '', /drain|open/gi)).toEqual([
    { from: 0, to: 5 },
    { from: 6, to: 10 },
  ]);
});

test('plain words mean what they say', () => {
  expect(search(log, 'a.b (open)', false).hits).toHaveLength(1);
  expect(search(log, '.*', false).hits).toHaveLength(0);
});

test('half a regular expression is a sentence and no crash, and one that fits everywhere ends', () => {
  expect(search(log, '(open', true).problem).not.toBeNull();
  expect(search(log, 'x*', true)).toMatchObject({ hits: [], isDone: true });
});

describe('a search that is stopped and goes on', () => {
  test('finds the same, whenever it was stopped', () => {
    const long = logOf('hay\nneedle\n'.repeat(2_000));
    const found = new LogSearch(long.lines, 'needle', false);
    let turns = 0;
    for (; !found.isDone; turns++) searchOn(found, AT_ONCE);
    expect(turns).toBeGreaterThan(10);
    expect(found.hits).toEqual(search(long, 'needle', false).hits);
    expect(found.hits).toHaveLength(2_000);
  });

  test('takes lines that came in between, and a line that went on, once each', () => {
    const growing = logOf('needle\nnee');
    const found = new LogSearch(growing.lines, 'needle', false);
    searchOn(found, NEVER);
    expect(found.hits).toHaveLength(1);
    for (const [text, hits] of [
      ['dle and a nee', 2],
      ['', 2],
      ['dle\nneedle', 4],
      ['s', 4],
    ] as const) {
      growing.append(chunk(text));
      searchOn(found, NEVER);
      expect(found.hits).toEqual(search(growing, 'needle', false).hits);
      expect(found.hits).toHaveLength(hits);
    }
  });

  test('looks anew at a line that grew while another thread looked at it', () => {
    const growing = logOf('needle\nnee');
    const found = new LogSearch(growing.lines, 'needle', true);
    const asked = found.next();
    growing.append(chunk('dle\n'));
    found.record(asked, [[{ from: 0, to: 6 }], []]);
    searchOn(found, NEVER);
    expect(found.hits).toEqual(search(growing, 'needle', true).hits);
    expect(found.rangesOf(1)).toEqual([{ from: 0, to: 6 }]);
  });

  test('that is given up keeps what it found and asks for no more', () => {
    const found = search(log, 'drain', true);
    found.giveUp('It takes too long.');
    expect(found).toMatchObject({ problem: 'It takes too long.', isDone: true });
    expect(found.hits).toHaveLength(2);
    expect(found.next()).toEqual([]);
  });
});
