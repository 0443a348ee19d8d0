import { describe, expect, test } from 'vitest';
import type { Overview } from '#lib/overview.ts';
import { homeSentence, successRate } from './home.ts';
import { plain } from './part.ts';
import { conditionWords, ruleSentence } from './rule.ts';
import { sensorSentence, sensorState } from './sensor.ts';
import { workersSentence } from './worker.ts';

const calm: Overview = {
  at: '2026-11-23T14:06:20.000Z',
  windowMinutes: 15,
  rules: { total: 3, enabled: 3 },
  sensors: { total: 1, running: 1, failing: 0, stopped: 0 },
  failingSensors: [],
  triggers: { total: 4, fired: [] },
  events: 0,
  checks: 0,
  enforcements: { created: 0, withoutRun: 0 },
  ended: { completed: 0, failed: 0, timeout: 0, cancelled: 0, abandoned: 0 },
  worst: null,
  waiting: { count: 0, oldestMs: null },
  running: { count: 0, longestMs: null, longestTimeoutSeconds: null },
  workers: { alive: 1, slots: 8, withoutIsolation: [] },
  queueMs: { p50: null, p95: null },
  runMs: { p50: null, p95: null },
  stuck: [],
  lateTokenCalls: { count: 0, execution: null, at: null },
  bars: { events: [], triggers: [], checks: [], enforcements: [], finished: [], unhappy: [] },
};
const ended = { completed: 352, failed: 3, timeout: 2, cancelled: 1, abandoned: 0 };
const worst = { actionRef: 'deploy.restart', unhappy: 3, runs: 5, since: calm.at };
const home = (changes: Partial<Overview>) => plain(homeSentence({ ...calm, ...changes }));

describe('the sentence of Home', () => {
  test('names the worst news only: no worker before stuck before failed before silent', () => {
    const all = {
      ended,
      worst,
      stuck: [7],
      workers: { alive: 0, slots: 0, withoutIsolation: [] },
      waiting: { count: 4, oldestMs: 9 },
    };
    expect(home(all)).toBe(
      'No worker is connected and 4 runs wait. Start one with npx attune worker.',
    );
    expect(home({ ...all, workers: calm.workers })).toBe('1 run is stuck, the oldest is 7.');
    expect(home({ ended, worst })).toBe(
      '3 of 5 runs of deploy.restart in the last 15 min did not complete. Nor did 2 runs of other actions. Everything else is well.',
    );
    expect(home({ ended: { ...ended, failed: ended.failed - 1 }, worst })).toContain(
      ' Nor did 1 run of another action. ',
    );
  });

  test('says so when all is well, and when nothing happens', () => {
    expect(home({ ended: { ...ended, failed: 0, timeout: 0 } })).toBe(
      'All is well: 352 runs completed in the last 15 min, none failed.',
    );
    expect(home({})).toBe('Nothing ran in the last 15 min. 3 rules are on.');
    expect(home({ rules: { total: 1, enabled: 0 } })).toBe('Nothing runs: no rule is switched on.');
  });

  test('tells of a sensor that keeps ending although every run completed', () => {
    const failingSensors = [{ ref: 'certs.expiry', failures: 4, error: null }];
    expect(home({ ended: { ...ended, failed: 0, timeout: 0 }, failingSensors })).toContain(
      'certs.expiry ended 4 times in a row',
    );
  });
});

describe('successRate', () => {
  test('does not count what people cancelled, and is unknown when nothing ended', () => {
    expect(successRate(ended)).toBeCloseTo(352 / 357);
    expect(successRate(calm.ended)).toBeNull();
  });
});

describe('the sentence of a rule', () => {
  const rule = {
    trigger_ref: 'core.intervaltimer',
    action_ref: 'core.echo',
    trigger_params: { interval: 5 },
    conditions: {},
    enabled: true,
  };

  test('says when, if and then', () => {
    expect(plain(ruleSentence(rule))).toBe(
      'When core.intervaltimer fires every 5 s, run core.echo.',
    );
    expect(
      plain(
        ruleSentence({
          ...rule,
          trigger_ref: 'up.down',
          conditions: { all: [{ field: 'code', operator: 'in', value: [502] }] },
        }),
      ),
    ).toBe('When up.down fires and code is in [502], run core.echo.');
  });

  test('begins with the fact that it is switched off', () => {
    expect(plain(ruleSentence({ ...rule, enabled: false }))).toMatch(/^Switched off: when core/);
  });

  test('counts conditions that are many or nested instead of spelling them', () => {
    const one = { field: 'a', operator: 'exists' };
    expect(conditionWords({ any: [one, one, one, one] })).toBe('one of 4 conditions holds');
    expect(conditionWords([one, { not: one }])).toBe('all of 2 conditions hold');
    expect(conditionWords({ expression: 'x' })).toBe('its condition holds');
    expect(conditionWords({ any: [one, { ...one, operator: 'not_exists' }] })).toBe(
      'a is there or a is not there',
    );
  });
});

describe('the sentence of a sensor', () => {
  const process = {
    status: 'running',
    wanted: 'run',
    worker_name: 'worker-1',
    pid: 7,
    restarts: 0,
    consecutive_failures: 0,
    last_exit_code: null,
    last_signal: null,
    last_error: null,
    active_rule_count: 3,
  } as const;
  const sensor = { ref: 'core.timer', enabled: true, process };

  test('says whether it runs, for what, and why not', () => {
    expect(sensorSentence(sensor)).toBe('core.timer runs on worker-1 for 3 rules.');
    expect(
      sensorSentence({
        ...sensor,
        process: { ...process, status: 'stopped', active_rule_count: 0 },
      }),
    ).toContain('no enabled rule uses');
    expect(
      sensorSentence({ ...sensor, process: { ...process, status: 'stopped', wanted: 'stop' } }),
    ).toContain('stopped by hand');
    expect(
      sensorSentence({
        ...sensor,
        process: {
          ...process,
          status: 'backoff',
          consecutive_failures: 2,
          last_exit_code: 3,
          last_error: 'no such host.',
        },
      }),
    ).toBe(
      'core.timer ended twice in a row, last with exit 3: no such host. It is started again, later each time.',
    );
  });

  test('is an alarm only while it keeps ending', () => {
    expect(sensorState(sensor).tone).toBe('good');
    expect(
      sensorState({
        ...sensor,
        process: { ...process, status: 'backoff', consecutive_failures: 1 },
      }).tone,
    ).toBe('alarm');
    expect(sensorState({ ...sensor, enabled: false }).word).toBe('disabled');
  });
});

describe('the sentence of the workers', () => {
  const worker = {
    name: 'a',
    health_state: 'active',
    isolation: { kind: 'bwrap' },
    slots: 8,
    load: { running: 2 },
    runtimes: [{ name: 'python', available: true }],
  } as const;

  test('warns of weak isolation before it counts slots', () => {
    expect(workersSentence([worker])).toBe('1 worker is connected: 2 of 8 slots in use.');
    expect(
      workersSentence([worker, { ...worker, name: 'b', isolation: { kind: 'none' } }]),
    ).toMatch(/^b does not keep actions apart/);
  });

  test('counts no worker that is gone', () => {
    expect(workersSentence([{ ...worker, health_state: 'offline' }])).toContain(
      'No worker is connected',
    );
  });

  test('names interpreters that are missing somewhere', () => {
    expect(
      workersSentence([{ ...worker, runtimes: [{ name: 'python', available: false }] }]),
    ).toContain('python is not on every worker');
  });
});
