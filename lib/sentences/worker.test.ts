import { describe, expect, test } from 'vitest';
import { cordonSentence, workersSentence, workerWarning } from './worker.ts';

describe('the warning of a worker', () => {
  const worker = {
    health_state: 'offline',
    heartbeat_age_seconds: 90,
    stopped_at: null,
    cordon_reason: null,
    paused_reason: null,
    load: { total_active: 2 },
  };

  test('tells one that was lost from one that was stopped in order', () => {
    expect(workerWarning(worker)).toMatchObject({ tone: 'alarm' });
    expect(workerWarning(worker)?.text).toBe(
      'Lost: it has given no sign of life for 1 m 30 s and never said that it stopped. 2 runs of it are about to be settled.',
    );
    expect(workerWarning({ ...worker, stopped_at: '2026-11-23T14:00:00.000Z' })).toBeNull();
  });

  test('says why it takes no more runs, and what still runs there', () => {
    const cordoned = {
      ...worker,
      health_state: 'cordoned',
      cordon_reason: 'the disk is nearly full',
    };
    expect(workerWarning(cordoned)?.text).toBe(
      'Takes no more runs: the disk is nearly full. 2 runs may still end here.',
    );
    expect(workerWarning({ ...cordoned, load: { total_active: 0 } })?.text).toContain(
      'It runs nothing.',
    );
  });

  test('is silent about one that is well', () => {
    expect(workerWarning({ ...worker, health_state: 'active' })).toBeNull();
    expect(workerWarning({ ...worker, health_state: 'busy' })).toBeNull();
  });
});

describe('the sentence about all workers', () => {
  test('names first those that do not keep actions apart, and what to install', () => {
    const worker = {
      name: 'a',
      health_state: 'active',
      isolation: { kind: 'bwrap' },
      slots: 4,
      load: { running: 1 },
      runtimes: [],
    } as const;
    expect(workersSentence([worker, { ...worker, name: 'b', isolation: { kind: 'none' } }])).toBe(
      'b does not keep actions apart: they can read each other. Install bubblewrap there, or run the worker as root.',
    );
    expect(workersSentence([worker])).toBe('1 worker is connected: 1 of 4 slots in use.');
  });
});

describe('what a cordon would do', () => {
  test('names the runs that end there and the sensors that move', () => {
    expect(cordonSentence({ total_active: 2, sensor_processes_running: 1 })).toContain(
      '2 runs may still end here. 1 sensor moves to another worker; without one, it stops.',
    );
    expect(cordonSentence({ total_active: 0, sensor_processes_running: 0 })).toContain(
      'It runs nothing now.',
    );
  });
});
