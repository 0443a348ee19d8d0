import { describe, expect, test } from 'vitest';
import type { Overview } from '#lib/overview.ts';
import { looksOf } from './needs-a-look.ts';
import { stagesOf } from './stages.ts';

const zeros = Array.from({ length: 60 }, () => 0);
const overview: Overview = {
  at: '2026-11-23T14:06:20.000Z',
  windowMinutes: 15,
  rules: { total: 16, enabled: 14 },
  sensors: { total: 5, running: 4, failing: 1, stopped: 0 },
  failingSensors: [{ ref: 'certs.expiry', failures: 3, error: 'Exit 1' }],
  triggers: {
    total: 11,
    fired: [30, 20, 10, 5, 4].map((events, index) => ({ ref: `up.t${index}`, events })),
  },
  events: 573,
  checks: 1204,
  enforcements: { created: 346, withoutRun: 2 },
  ended: { completed: 352, failed: 3, timeout: 2, cancelled: 1, abandoned: 0 },
  worst: null,
  waiting: { count: 1, oldestMs: 400 },
  running: { count: 6, longestMs: 41_000, longestTimeoutSeconds: 600 },
  workers: { alive: 2, slots: 24, withoutIsolation: ['worker-3'] },
  queueMs: { p50: 9, p95: 31 },
  runMs: { p50: 412, p95: 6_100 },
  stuck: [],
  lateTokenCalls: { count: 1, execution: 48213, at: '2026-11-23T14:03:00.000Z' },
  bars: {
    events: zeros,
    triggers: zeros,
    checks: zeros,
    enforcements: zeros,
    finished: zeros,
    unhappy: zeros,
  },
};

describe('the stations', () => {
  const [sensors, triggers, rules, enforcements, executions] = stagesOf(overview);

  test('are five, with rates per minute and how many come through', () => {
    expect([sensors, rules, enforcements, executions].map((stage) => stage?.figure)).toEqual([
      '38.2',
      '80.3',
      '23.1',
      '23.9',
    ]);
    expect(triggers).toMatchObject({ figure: '5', unit: 'of 11 fired' });
    expect([rules?.join, enforcements?.join]).toEqual(['2.1 rules per event', '28.7 % match']);
  });

  test('turn red or amber only where something is wrong', () => {
    expect(
      [sensors, triggers, rules, enforcements, executions].map((stage) => stage?.state),
    ).toEqual(['alarm', 'calm', 'calm', 'warning', 'alarm']);
  });

  test('fold the triggers that fire least into one row', () => {
    expect(triggers?.rows.map(({ label }) => label)).toEqual([
      'up.t0',
      'up.t1',
      'up.t2',
      '2 others',
    ]);
  });
});

describe('what needs a look', () => {
  test('puts alarms before warnings and links each to its page', () => {
    expect(looksOf(overview).map(({ severity, href }) => [severity, href])).toEqual([
      ['alarm', '/executions/48213?tab=token'],
      ['alarm', '/sensors/certs.expiry'],
      ['warning', '/workers'],
      ['warning', '/enforcements?status=disabled'],
    ]);
  });

  test('begins with what is quarantined, and leads to the list of it', () => {
    const [first] = looksOf(overview, { count: 1, hasMore: false });
    expect(first).toMatchObject({
      severity: 'alarm',
      title: '1 run quarantined in the last 24 h',
      href: '/executions?reason=quarantined',
    });
    expect(looksOf(overview, { count: 50, hasMore: true })[0]?.title).toMatch(/^50 runs or more/);
  });

  test('is empty when all is well', () => {
    const calm = {
      ...overview,
      failingSensors: [],
      lateTokenCalls: { count: 0, execution: null, at: null },
    };
    expect(
      looksOf({
        ...calm,
        workers: { ...overview.workers, withoutIsolation: [] },
        enforcements: { created: 1, withoutRun: 0 },
      }),
    ).toEqual([]);
  });
});
