import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { isDeep } from '#test/faults/depth.ts';
import { STREAMS } from './cost.ts';

const PERCENT_MAX = 15;
/** Of what plain lines cost: whoever sends what almost is a secret must not be able to stop a worker. */
const WORST_RATIO_MAX = 8;

describe.runIf(isDeep)('masking 10 MB/s with 200 secrets', () => {
  let costs: Readonly<Record<string, number>> = {};

  beforeAll(() => {
    // A program of its own, as in a worker: what a test runner makes of a module is several times slower.
    const bench = resolve('bench/masking.ts');
    costs = JSON.parse(
      execFileSync(process.execPath, [bench, '--json'], { encoding: 'utf8' }),
    ) as typeof costs;
  }, 120_000);

  test.each(Object.keys(STREAMS))('costs at most 15 % of a core for %s', (name) => {
    expect(costs[name]).toBeLessThanOrEqual(PERCENT_MAX);
  });

  test('costs no more than eight times as much for what nearly is a secret as for plain lines', () => {
    const ratio = (costs['beginnings of secrets'] ?? Infinity) / (costs['log lines'] ?? 0);
    expect(ratio).toBeLessThan(WORST_RATIO_MAX);
  });
});
