import { describe, expect, test } from 'vitest';
import { evaluateConditions, parseConditions } from './conditions/index.ts';
import { evaluateExpression, parseExpression } from './expressions/index.ts';
import { PATTERN_WORK_MAX, readPattern, textCharsMax } from './pattern.ts';

const WORK_MS_MAX = 50;

/** Letters without a period, the same in every run: what makes an automaton's states explode. */
function noise(length: number): string {
  let text = '';
  for (let n = 0, x = 12_345; n < length; n++) {
    x = (x * 1_103_515_245 + 12_345) & 0x7f_ff_ff_ff;
    text += (x >> 16) & 1 ? 'a' : 'b';
  }
  return text;
}

/** Of three the shortest, and by this thread's clock: others use the machine too. */
const fastest = (work: () => unknown): number => Math.min(...[1, 2, 3].map(() => cpuMsOf(work)));

function cpuMsOf(work: () => unknown): number {
  const before = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1_000;
}

const EVIL: readonly [pattern: string, text: (length: number) => string][] = [
  ['^(a+)+$', (n) => `${'a'.repeat(n - 1)}!`],
  ['^(a|aa)+$', (n) => `${'a'.repeat(n - 1)}!`],
  ['(x+x+)+y', (n) => 'x'.repeat(n)],
  ['^(([a-z])+.)+[A-Z]([a-z])+$', (n) => 'a'.repeat(n)],
  ['^([a-zA-Z0-9])(([\\-.]|[_]+)?([a-zA-Z0-9]+))*(@){1}[a-z0-9]+[.]{1}$', (n) => 'a'.repeat(n)],
  ['(a?){190}a{190}', (n) => 'a'.repeat(n)],
  ['^(.*)(.*)(.*)(.*)(.*)(.*)(.*)(.*)z$', (n) => `${'z'.repeat(n - 1)}y`],
  ['^[ab]*a[ab]{400}[^ab]$', (n) => `${noise(n - 1)}c`],
  ['\\b(\\w*a\\w{400}|\\w*b\\w{401})\\b!$', (n) => `${noise(n - 2)}!!`],
  ['(?i)^(\\pL*a\\pL{300})$', (n) => `${noise(n - 1)}1`],
  ['^(a*)*$', (n) => `${'a'.repeat(n - 1)}!`],
];

describe('a pattern', () => {
  test.each(EVIL)(
    '%s is read and answered within 50 ms, on the longest text it may meet',
    (source, text) => {
      const size = sizeOf(source);
      const worst = text(Math.min(textCharsMax(size), 1024 * 1024));
      const work = () => {
        const parsed = parseConditions([{ field: 's', operator: 'matches', value: source }]);
        return parsed.ok && evaluateConditions(parsed.condition, event({ s: worst }));
      };
      expect(fastest(work)).toBeLessThan(WORK_MS_MAX);
    },
  );

  test.each([
    '(a?){500}a{500}',
    '(((a{100}){100}){100}){10}',
    '(a{1000}){1000}',
    'a'.repeat(1_001),
  ])('that would be a huge automaton is refused when the rule is saved: %s', (source) => {
    expect(fastest(() => readPattern(source))).toBeLessThan(WORK_MS_MAX);
    expect(readPattern(source).ok).toBe(false);
  });

  test('with a look-around or a back-reference is refused with the reason', () => {
    for (const source of ['(?=a)b', '(a)\\1', '(?<!x)y']) {
      expect(readPattern(source)).toMatchObject({
        ok: false,
        message: expect.stringContaining('no look-around, no back-references'),
      });
    }
  });
});

describe('many patterns', () => {
  const source = EVIL[9]?.[0] ?? '';

  test('of one rule share what an event may cost', () => {
    const conditions = Array.from({ length: 100 }, () => ({
      not: { field: 's', operator: 'matches', value: source },
    }));
    const parsed = parseConditions(conditions);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const charsMax = textCharsMax(sizeOf(source) * conditions.length);
    const longest = event({ s: noise(charsMax) });
    expect(fastest(() => evaluateConditions(parsed.condition, longest))).toBeLessThan(WORK_MS_MAX);
  });

  test('in one expression end with its steps', () => {
    const calls = Array.from({ length: 30 }, () => 'match(s, p)').join(' or ');
    const parsed = parseExpression(calls);
    if (!parsed.ok) throw new Error(parsed.message);
    const variables = { s: noise(5_000), p: source };
    const evaluate = () => evaluateExpression(parsed.ast, { variables });
    expect(fastest(evaluate)).toBeLessThan(WORK_MS_MAX);
    expect(evaluate()).toMatchObject({ ok: false, message: expect.stringContaining('steps') });
  });
});

test('a text that is too long for its pattern fails the condition and says so, and is never cut', () => {
  const parsed = parseConditions([{ field: 's', operator: 'matches', value: '^disk' }]);
  if (!parsed.ok) throw new Error('unreadable');
  const size = sizeOf('^disk');
  const fits = `disk${' '.repeat(textCharsMax(size) - 4)}`;
  expect(evaluateConditions(parsed.condition, event({ s: fits })).matched).toBe(true);
  expect(evaluateConditions(parsed.condition, event({ s: `${fits} ` }))).toMatchObject({
    matched: false,
    failed: { message: expect.stringContaining('too long for a pattern') },
  });
  expect(textCharsMax(size) * size).toBeLessThanOrEqual(PATTERN_WORK_MAX);
});

const event = (payload: unknown) => ({
  id: 1,
  trigger: 'a.b',
  trigger_ref: 'a.b',
  payload,
  created: '2026-11-23T14:06:20+00:00',
});

function sizeOf(source: string): number {
  const read = readPattern(source);
  if (!read.ok) throw new Error(read.message);
  return read.pattern.size;
}
