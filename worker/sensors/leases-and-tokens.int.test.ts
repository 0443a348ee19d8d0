import { describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { takeSensor } from '#server/sensors/process-repository.ts';
import { beginProcess } from '#server/sensors/process-tokens.ts';
import { aWorker } from '#test/catalogue.ts';
import {
  gateway,
  HELLO,
  liveTokensOf,
  logOf,
  PATIENCE,
  payloadsOf,
  processOf,
  runDirectoriesOf,
  statusOf,
  supervise,
} from '#test/sensor-processes.ts';
import { aRuleOf, aSensor, changeRule } from '#test/sensors.ts';

describe('several workers', () => {
  test('run one process of a sensor, and the next takes over when the first goes', async () => {
    const sensor = await aSensor({ script: HELLO });
    const rule = await aRuleOf(sensor.trigger);
    const workers = await Promise.all([supervise(), supervise(), supervise()]);

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);
    const first = await processOf(sensor);
    await changeRule(rule.id, { all: 'look again' });
    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(2);
    expect(await processOf(sensor)).toMatchObject({ generation: 1, worker_id: first?.worker_id });
    await workers.find(({ workerId }) => workerId === first?.worker_id)?.[Symbol.asyncDispose]();

    await expect
      .poll(() => processOf(sensor), PATIENCE)
      .toMatchObject({ status: 'running', generation: 2 });
    expect((await processOf(sensor))?.worker_id).not.toBe(first?.worker_id);
    expect(await liveTokensOf(sensor)).toHaveLength(1);
  });

  test('end the process of a worker whose lease was taken, and the token with the lease', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');
    const before = await liveTokensOf(sensor);

    await sql.query('update sensor_process set lease_expires_at = now() where sensor_id = $1', [
      sensor.id,
    ]);
    const taken = await takeSensor(sensor.id, await aWorker(), 3_600);

    expect(taken).toMatchObject({ generation: 2 });
    expect(before).toHaveLength(1);
    expect(await liveTokensOf(sensor)).toEqual([]);
    // Its directory goes with the process.
    await expect.poll(() => runDirectoriesOf(sensor), PATIENCE).toEqual([]);
  });

  test('cannot take one sensor twice, however many try at once', async () => {
    const sensor = await aSensor();
    const workers = await Promise.all(Array.from({ length: 8 }, () => aWorker()));

    const taken = await Promise.all(workers.map((worker) => takeSensor(sensor.id, worker, 60)));

    expect(taken.filter((lease) => lease !== null)).toHaveLength(1);
  });

  test('clear up after one that died when nobody needs its sensor any more', async () => {
    const sensor = await aSensor();
    const lease = await takeSensor(sensor.id, await aWorker(), 60);
    const owner = {
      sensorRef: sensor.ref,
      packRef: sensor.packRef,
      triggerRefs: [sensor.trigger],
      kid: 'gone',
    };
    if (lease === null || (await beginProcess(lease, owner, false)) === null)
      throw new Error('The sensor is taken');
    await sql.query('update sensor_process set lease_expires_at = now() where sensor_id = $1', [
      sensor.id,
    ]);

    await supervise();

    await expect
      .poll(() => processOf(sensor), PATIENCE)
      .toMatchObject({ status: 'stopped', worker_id: null });
    expect(await liveTokensOf(sensor)).toEqual([]);
  });

  test('give their sensors back when they drain', async () => {
    const sensor = await aSensor({ script: HELLO });
    const worker = await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');

    worker.drain.abort();

    await expect
      .poll(() => processOf(sensor), PATIENCE)
      .toMatchObject({ status: 'stopped', worker_id: null });
    expect(await liveTokensOf(sensor)).toEqual([]);
  });
});

describe('the token of a sensor', () => {
  test('is rotated through its state file in its last hour when the sensor knows the gateway', async () => {
    const sensor = await aSensor({
      runner: 'nodejs',
      script: `const fs = require('node:fs');
        const [trigger] = JSON.parse(process.env.ATTUNE_SENSOR_TRIGGER_TYPES);
        const read = () => JSON.parse(fs.readFileSync(process.env.ATTUNE_SENSOR_TOKEN_STATE_PATH, 'utf8')).token;
        function connect() {
          const token = read();
          const socket = new WebSocket(process.env.ATTUNE_NOTIFIER_WS_URL, ['attune.v1', 'attune.jwt.' + token]);
          socket.onopen = () => {
            socket.send(JSON.stringify({ type: 'subscribe', filter: 'trigger_ref:' + trigger }));
            socket.send(JSON.stringify({ type: 'publish', id: 1, event: { trigger_ref: trigger, payload: { fresh: token !== process.env.ATTUNE_API_TOKEN } } }));
          };
          socket.onclose = ({ code }) => { console.log('closed', code); setTimeout(connect, 50); };
          socket.onerror = () => {};
        }
        connect();
        process.on('SIGTERM', () => process.exit(0));`,
    });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => gateway.isSubscribed(sensor.id, [sensor.trigger]), PATIENCE).toBe(true);
    const [old] = await liveTokensOf(sensor);

    await sql.query(
      `update token set expires_at = now() + interval '59 min' where sensor_id = $1`,
      [sensor.id],
    );
    await expect.poll(() => liveTokensOf(sensor), PATIENCE).toHaveLength(2);
    // The minute is over.
    await sql.query('update token set expires_at = now() where jti = $1', [old?.jti]);

    await expect.poll(() => logOf(sensor, 'stdout'), PATIENCE).toContain('closed 4401');
    await expect
      .poll(async () => (await payloadsOf(sensor)).at(-1), PATIENCE)
      .toEqual({ fresh: true });
    expect(await sql.query('select end_reason from token where jti = $1', [old?.jti])).toEqual([
      { end_reason: 'rotated' },
    ]);
    expect(await processOf(sensor)).toMatchObject({ status: 'running', restarts: 0 });
  });

  test('is renewed by a restart when the sensor never connected', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);
    const [old] = await liveTokensOf(sensor);

    await sql.query(
      `update token set expires_at = now() + interval '59 min' where sensor_id = $1`,
      [sensor.id],
    );

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(2);
    const [fresh] = await liveTokensOf(sensor);
    expect(fresh?.jti).not.toBe(old?.jti);
    expect(await processOf(sensor)).toMatchObject({
      status: 'running',
      restarts: 1,
      consecutive_failures: 0,
    });
  });

  test('is worth nothing after the sensor was deleted', async () => {
    const sensor = await aSensor({
      script: 'cat "$ATTUNE_SENSOR_TOKEN_STATE_PATH" >/dev/null; sleep 1000',
    });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');

    await sql.query('delete from sensor where id = $1', [sensor.id]);
    await announce(sql, 'sensors');

    await expect.poll(() => liveTokensOf(sensor), PATIENCE).toEqual([]);
  });
});
