import { expect, test } from 'vitest';
import { conditionLines } from './condition-lines.ts';

test('tests are said in words, groups with what is in them', () => {
  expect(
    conditionLines({
      all: [
        { field: 'severity', operator: 'equals', value: 'critical' },
        {
          any: [
            { field: 'error_rate', operator: 'gte', value: 0.02 },
            { field: 'host', operator: 'exists' },
          ],
        },
        { not: { field: 'service', operator: 'in', value: ['mail'] } },
      ],
    }),
  ).toEqual([
    {
      kind: 'group',
      words: 'all of these hold',
      lines: [
        { kind: 'test', field: 'severity', word: 'is', value: '"critical"' },
        {
          kind: 'group',
          words: 'at least one of these holds',
          lines: [
            { kind: 'test', field: 'error_rate', word: 'is at least', value: '0.02' },
            { kind: 'test', field: 'host', word: 'is there', value: '' },
          ],
        },
        {
          kind: 'group',
          words: 'this does not hold',
          lines: [{ kind: 'test', field: 'service', word: 'is in', value: '["mail"]' }],
        },
      ],
    },
  ]);
});

test('a rule without conditions has none to say', () => {
  expect(conditionLines({})).toEqual([]);
  expect(conditionLines([])).toEqual([]);
});

test('what cannot be read is left to those who show it as it is', () => {
  expect(conditionLines({ all: 'no list' })).toBeNull();
});
