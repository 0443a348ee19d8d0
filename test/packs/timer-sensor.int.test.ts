import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { buildCorePack } from '#server/packs/build-core.ts';
import { FakePlatform, type PlatformRule } from './fake-platform.ts';
import { CORE_PACK, exactEnvironment } from './run-program.ts';

const TRIGGERS = ['intervaltimer', 'crontimer', 'datetimetimer', 'rruletimer'].map(
  (t) => `core.${t}`,
);
const STATE_KEY = 'sensor.core.timer_sensor.state';

let directory = '';
let platform: FakePlatform;
const running: ChildProcess[] = [];

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'timer-sensor-'));
  await buildCorePack(CORE_PACK, join(directory, 'core'));
});
afterAll(() => rm(directory, { recursive: true }));
afterEach(async () => {
  for (const child of running.splice(0)) if (child.exitCode === null) child.kill('SIGKILL');
  await platform[Symbol.asyncDispose]();
});

type Sensor = { readonly process: ChildProcess; readonly log: () => string };

/** Starts the bundled sensor with its contract's environment and nothing else. */
function startSensor(rules: PlatformRule[], more: Record<string, string> = {}): Sensor {
  const triggers = rules.map(({ id, ref, trigger_ref, trigger_params }) => ({
    id,
    ref,
    trigger_ref,
    config: trigger_params,
  }));
  const child = spawn(process.execPath, ['sensors/timer_sensor.mjs'], {
    cwd: join(directory, 'core'),
    stdio: ['ignore', 'pipe', 'pipe'],
    env: exactEnvironment({
      ATTUNE_SENSOR_REF: 'core.timer_sensor',
      ATTUNE_API_URL: `http://127.0.0.1:${platform.port}`,
      ATTUNE_NOTIFIER_WS_URL: `ws://127.0.0.1:${platform.port}/ws`,
      ATTUNE_MQ_EXCHANGE: 'attune.events',
      ATTUNE_API_TOKEN: 'first-token',
      ATTUNE_SENSOR_TRIGGER_TYPES: JSON.stringify(TRIGGERS),
      ATTUNE_SENSOR_TRIGGERS: JSON.stringify(triggers),
      ATTUNE_LOG_LEVEL: 'debug',
      ...more,
    }),
  });
  running.push(child);
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text));
  }
  return { process: child, log: () => output };
}

let lastId = 0;
function rule(trigger: string, parameters: object): PlatformRule {
  lastId += 1;
  return {
    id: lastId,
    ref: `mypack.rule${lastId}`,
    trigger_ref: `core.${trigger}`,
    trigger_params: parameters,
    enabled: true,
    updated: '2020-01-01T00:00:00.000+00:00',
  };
}
const everySecond = (more: object = {}): PlatformRule =>
  rule('intervaltimer', { unit: 'seconds', interval: 1, ...more });

async function start(rules: PlatformRule[], more?: Record<string, string>): Promise<Sensor> {
  platform = await FakePlatform.start();
  for (const one of rules) platform.change('rule.created', one, 'silent');
  return startSensor(rules, more);
}

const within = (timeout: number) => ({ timeout, interval: 20 });
const isSubscribed = () => expect.poll(() => platform.subscriptions.length).toBe(TRIGGERS.length);
const hasEvents = (id: number, most = 1, timeout = 5_000) =>
  expect.poll(() => platform.eventsOf(id).length, within(timeout)).toBeGreaterThanOrEqual(most);

describe('the timer sensor', () => {
  test('fires every second, on time and without drift', async () => {
    const timer = everySecond();
    await start([timer]);
    await hasEvents(timer.id, 6, 10_000);

    const events = platform.eventsOf(timer.id);
    const scheduled = events.map(({ payload }) => Date.parse(String(payload['scheduled_at'])));
    expect(scheduled.every((ms) => ms % 1000 === 0)).toBe(true);
    const [first = 0] = scheduled;
    expect(scheduled).toEqual(scheduled.map((_, index) => first + index * 1000));
    // The machine may wake any process late, other tests keep it busy: what may not be is being late as a rule.
    const lateMs = events
      .map(({ atMs }, index) => atMs - (scheduled[index] ?? 0))
      .toSorted((a, b) => a - b);
    expect(lateMs[0]).toBeGreaterThanOrEqual(0);
    expect(lateMs[Math.floor(lateMs.length / 2)]).toBeLessThan(50);
  });

  test('sends exactly the event of the contract', async () => {
    const timer = everySecond({ timezone: 'Europe/Berlin' });
    await start([timer]);
    await hasEvents(timer.id);

    const [event] = platform.eventsOf(timer.id);
    const scheduledAt = String(event?.payload['scheduled_at']);
    expect(event).toEqual({
      via: 'gateway',
      id: expect.any(String),
      atMs: expect.any(Number),
      trigger_ref: 'core.intervaltimer',
      trigger_instance_id: `rule_${timer.id}`,
      dedupe_key: `timer:${timer.id}:${new Date(scheduledAt).toISOString()}`,
      payload: {
        type: 'interval',
        interval_seconds: 1,
        timezone: 'Europe/Berlin',
        scheduled_at: expect.stringMatching(/\+00:00$/),
        fired_at: expect.stringMatching(/\+00:00$/),
        missed: false,
        execution_count: 1,
        sensor_ref: 'core.timer_sensor',
      },
    });
    expect(platform.subscriptions.toSorted()).toEqual(
      TRIGGERS.map((ref) => `trigger_ref:${ref}`).toSorted(),
    );
  });

  test('serves cron, recurrence and date timers next to each other', async () => {
    const fireAt = new Date(Date.now() + 1_500).toISOString();
    const timers = [
      rule('crontimer', { expression: '* * * * * *', timezone: 'Asia/Tokyo' }),
      rule('rruletimer', { rrule: 'FREQ=SECONDLY' }),
      rule('datetimetimer', { fire_at: fireAt }),
    ];
    await start(timers);
    for (const { id } of timers) await hasEvents(id);

    const [cron, rrule, date] = timers.map(({ id }) => platform.eventsOf(id)[0]?.payload);
    expect(cron).toMatchObject({ type: 'cron', expression: '* * * * * *', timezone: 'Asia/Tokyo' });
    const next = (payload: typeof cron) =>
      Date.parse(String(payload?.['next_fire_at'])) - Date.parse(String(payload?.['scheduled_at']));
    expect([next(cron), next(rrule)]).toEqual([1000, 1000]);
    expect(date).toMatchObject({ type: 'one_shot', fire_at: fireAt, execution_count: 1 });
    expect(Number(date?.['delay_ms'])).toBeLessThan(50);
  });

  test('goes on with the other rules when one is wrong, and says which and why', async () => {
    const [wrong, past, good] = [
      rule('crontimer', { expression: 'often' }),
      rule('datetimetimer', { fire_at: '2020-01-01T00:00:00Z' }),
      everySecond(),
    ];
    const sensor = await start([wrong, past, good]);
    await hasEvents(good.id, 2);

    expect(sensor.log()).toContain(`rule ${wrong.ref} does not fire: the cron expression 'often'`);
    expect(sensor.log()).toContain(`rule ${past.ref} will not fire: its time has passed`);
    expect(platform.eventsOf(past.id)).toEqual([]);
  });
});

describe('a change of a rule', () => {
  test.each(['full', 'deferred'] as const)(
    'told %s takes effect without a restart',
    async (how) => {
      await start([]);
      await isSubscribed();
      const timer = everySecond();
      platform.change('rule.created', timer, how);
      await hasEvents(timer.id, 1, 1_800);

      const daily = { ...timer, trigger_params: { unit: 'days', interval: 1 } };
      platform.change('rule.updated', daily, how);
      const probe = everySecond();
      platform.change('rule.enabled', probe, how);
      await hasEvents(probe.id, 2);
      const before = platform.eventsOf(timer.id).length;

      platform.change('rule.deleted', { ...probe, enabled: false }, how);
      platform.change('rule.enabled', timer, how);
      await hasEvents(timer.id, before + 2);
      const times = platform.eventsOf(timer.id).map(({ dedupe_key }) => dedupe_key);
      expect(new Set(times).size).toBe(times.length);
      expect(platform.eventsOf(probe.id).length).toBeLessThanOrEqual(3);
    },
  );

  test('disabled ends its fires', async () => {
    const [timer, witness] = [everySecond(), everySecond()];
    const sensor = await start([timer, witness]);
    await hasEvents(timer.id);
    platform.change('rule.disabled', { ...timer, enabled: false });
    await expect.poll(sensor.log).toContain(`rule ${timer.ref} fires no more`);
    const count = platform.eventsOf(timer.id).length;

    await hasEvents(witness.id, platform.eventsOf(witness.id).length + 2);
    expect(platform.eventsOf(timer.id)).toHaveLength(count);
  });

  test('that came while it was not connected is caught up with, over all pages', async () => {
    const old = everySecond();
    const sensor = await start([old]);
    await isSubscribed();
    platform.closeGateway();
    const added = [everySecond(), everySecond(), everySecond()];
    for (const one of added) platform.change('rule.created', one, 'silent');
    platform.change('rule.deleted', old, 'silent');
    platform.openGateway();

    for (const { id } of added) await hasEvents(id);
    expect(sensor.log()).toContain(`rule ${old.ref} fires no more`);
  });
});

describe('an event', () => {
  test('that is not acknowledged is sent again with the same key', async () => {
    const fireAt = new Date(Date.now() + 1_000).toISOString();
    const timer = rule('datetimetimer', { fire_at: fireAt });
    platform = await FakePlatform.start();
    platform.onPublish = () => undefined;
    platform.change('rule.created', timer, 'silent');
    startSensor([timer]);
    await hasEvents(timer.id, 2, 15_000);

    const [first, second] = platform.eventsOf(timer.id);
    expect(second?.dedupe_key).toBe(first?.dedupe_key);
    const pauseMs = (second?.atMs ?? 0) - (first?.atMs ?? 0);
    expect(pauseMs).toBeGreaterThanOrEqual(9_900);
    expect(pauseMs).toBeLessThan(11_000);
  });

  test('on its way when the connection breaks is sent again on the next', async () => {
    const timer = rule('datetimetimer', { fire_at: new Date(Date.now() + 1_000).toISOString() });
    platform = await FakePlatform.start();
    platform.onPublish = () => undefined;
    platform.change('rule.created', timer, 'silent');
    startSensor([timer]);
    await hasEvents(timer.id);
    platform.disconnect(1012, 'restarting');

    await hasEvents(timer.id, 2, 3_000);
    const keys = platform.eventsOf(timer.id).map(({ dedupe_key }) => dedupe_key);
    expect(new Set(keys).size).toBe(1);
  });

  test('that the gateway asks to hold back is sent later, a refused one never again', async () => {
    const [held, refused] = [1_000, 1_200].map((ms) =>
      rule('datetimetimer', { fire_at: new Date(Date.now() + ms).toISOString() }),
    ) as [PlatformRule, PlatformRule];
    platform = await FakePlatform.start();
    for (const one of [held, refused]) platform.change('rule.created', one, 'silent');
    const answered = new Set<string>();
    platform.onPublish = (socket, id) => {
      const isFirst = !answered.has(id);
      answered.add(id);
      const isHeld = platform.eventsOf(held.id).some((event) => event.id === id);
      const error = { type: 'error', id, message: 'no', ...(isHeld && { retry_after_seconds: 1 }) };
      socket.send(JSON.stringify(isHeld && !isFirst ? { type: 'ack', id, event_id: 1 } : error));
    };
    const sensor = startSensor([held, refused]);

    await hasEvents(held.id, 2);
    expect(sensor.log()).toContain(`refused the event timer:${refused.id}:`);
    expect(platform.eventsOf(refused.id)).toHaveLength(1);
  });

  test('goes to the API while the gateway cannot be reached, and back afterwards', async () => {
    const timer = everySecond();
    await start([timer]);
    await hasEvents(timer.id);
    platform.closeGateway();
    const via = (name: string) => platform.eventsOf(timer.id).filter((event) => event.via === name);
    await expect.poll(() => via('api').length, within(5_000)).toBeGreaterThanOrEqual(2);

    const before = via('gateway').length;
    platform.openGateway();
    await expect.poll(() => via('gateway').length, within(8_000)).toBeGreaterThan(before);
    const seconds = new Set(
      platform.eventsOf(timer.id).map(({ payload }) => Date.parse(String(payload['scheduled_at']))),
    );
    const [first, last] = [Math.min(...seconds), Math.max(...seconds)];
    expect(seconds.size).toBe((last - first) / 1000 + 1); // none is missing
  });
});

describe('the token', () => {
  test('is read from its state file again when the platform ends the connection', async () => {
    const file = join(directory, 'token.json');
    await writeFile(file, JSON.stringify({ token: 'first-token' }));
    const timer = everySecond();
    await start([timer], { ATTUNE_SENSOR_TOKEN_STATE_PATH: file, ATTUNE_API_TOKEN: 'stale' });
    await hasEvents(timer.id);

    await writeFile(file, JSON.stringify({ token: 'second-token' }));
    platform.validToken = 'second-token';
    platform.disconnect(4401, 'token expired');
    await expect.poll(() => platform.tokens.at(-1), within(5_000)).toBe('Bearer second-token');
    await hasEvents(timer.id, platform.eventsOf(timer.id).length + 2);
  });

  test('is never in the log', async () => {
    const sensor = await start([everySecond()]);
    await isSubscribed();
    expect(sensor.log()).not.toContain('first-token');
  });
});

describe('missed fires', () => {
  const lastFired = (id: number, secondsAgo: number) =>
    platform.keys.set(STATE_KEY, {
      version: 1,
      fires: { [id]: { at: new Date(Date.now() - secondsAgo * 1000).toISOString(), count: 7 } },
    });
  const madeUp = (id: number) =>
    platform.eventsOf(id).filter(({ payload }) => payload['missed'] === true);

  test.each([
    ['skip', 0],
    ['once', 1],
    ['all', 20],
  ])('under the policy %s are made up for by %i events', async (missed, expected) => {
    const timer = everySecond({ missed });
    platform = await FakePlatform.start();
    platform.change('rule.created', timer, 'silent');
    lastFired(timer.id, 20);
    startSensor([timer]);
    await hasEvents(timer.id, expected + 2);

    expect(madeUp(timer.id).length).toBeGreaterThanOrEqual(expected);
    expect(madeUp(timer.id).length).toBeLessThanOrEqual(expected === 20 ? 21 : expected);
    const keys = platform.eventsOf(timer.id).map(({ dedupe_key }) => dedupe_key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('are made up for by 100 at most', async () => {
    const timer = everySecond({ missed: 'all' });
    platform = await FakePlatform.start();
    platform.change('rule.created', timer, 'silent');
    lastFired(timer.id, 7 * 86_400);
    startSensor([timer]);
    await hasEvents(timer.id, 102);
    expect(madeUp(timer.id)).toHaveLength(100);
  });

  test('from before the last change of the rule are not made up for', async () => {
    const timer = {
      ...everySecond({ missed: 'all' }),
      updated: new Date(Date.now()).toISOString(),
    };
    platform = await FakePlatform.start();
    platform.change('rule.created', timer, 'silent');
    lastFired(timer.id, 3600);
    startSensor([timer]);
    await hasEvents(timer.id, 3);
    expect(madeUp(timer.id).length).toBeLessThanOrEqual(1);
  });
});

describe('SIGTERM', () => {
  test('ends it with code 0 within 2 s, its last fires saved', async () => {
    const timer = everySecond({ missed: 'once' });
    const sensor = await start([timer]);
    await hasEvents(timer.id, 2);
    const startedAt = performance.now();
    sensor.process.kill('SIGTERM');
    const [code] = await once(sensor.process, 'exit');

    expect(code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    const last = platform.eventsOf(timer.id).at(-1)?.payload['scheduled_at'];
    expect(platform.keys.get(STATE_KEY)).toMatchObject({
      fires: { [timer.id]: { at: new Date(String(last)).toISOString() } },
    });
  });

  test('ends it within 2 s when nobody answers', async () => {
    const timer = everySecond();
    platform = await FakePlatform.start();
    platform.onPublish = () => undefined;
    platform.change('rule.created', timer, 'silent');
    const sensor = startSensor([timer]);
    await hasEvents(timer.id);
    const startedAt = performance.now();
    sensor.process.kill('SIGTERM');
    const [code] = await once(sensor.process, 'exit');

    expect(code).toBe(0);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(sensor.log()).toMatch(/\d+ events were not acknowledged in time/);
  });
});
