import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { SENSOR_VARIABLES } from '#lib/domain/environment.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
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
import { aRuleOf, aSensor, changeRule, deleteRule, turnRule } from '#test/sensors.ts';
import { probeRuntimes } from '../runtimes/runtimes.ts';

describe('a sensor', () => {
  test('runs while an enabled rule uses one of its triggers, and its token ends with it', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    const rule = await aRuleOf(sensor.trigger, { every: 3 });

    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');
    await expect
      .poll(() => payloadsOf(sensor), PATIENCE)
      .toEqual([
        {
          triggers: [
            { id: rule.id, ref: rule.ref, trigger_ref: sensor.trigger, config: { every: 3 } },
          ],
        },
      ]);
    expect(await liveTokensOf(sensor)).toHaveLength(1);
    await turnRule(rule.id, false);

    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('stopped');
    expect(await processOf(sensor)).toMatchObject({
      worker_id: null,
      active_rule_count: 0,
      consecutive_failures: 0,
    });
    expect(await liveTokensOf(sensor)).toEqual([]);
    expect(await logOf(sensor, 'stderr')).toMatch(/bye\n$/);
    expect(runDirectoriesOf(sensor)).toEqual([]);
  });

  test('gets exactly the environment of the contract, and the record shows it without the token', async () => {
    const sensor = await aSensor({
      runner: 'nodejs',
      config: { poll_interval: 5, secret_word: 'abracadabra' },
      paramSchema: {
        poll_interval: { type: 'integer' },
        mode: { type: 'string', default: 'fast' },
        secret_word: { type: 'string', secret: true },
      },
      script: `const fs = require('node:fs');
        const state = fs.statSync(process.env.ATTUNE_SENSOR_TOKEN_STATE_PATH);
        const { token, expires_at } = JSON.parse(fs.readFileSync(process.env.ATTUNE_SENSOR_TOKEN_STATE_PATH, 'utf8'));
        const { ATTUNE_API_TOKEN, ...shown } = process.env;
        console.log(JSON.stringify({ trigger_ref: JSON.parse(process.env.ATTUNE_SENSOR_TRIGGER_TYPES)[0], payload: {
          shown, expires_at, cwd: process.cwd(), names: Object.keys(process.env).sort(),
          mode: (state.mode & 0o777).toString(8), mine: state.uid === process.getuid(), same: token === ATTUNE_API_TOKEN } }));
        setInterval(() => {}, 1000);`,
    });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);
    const [seen] = await payloadsOf<{ shown: Record<string, string>; names: string[] }>(sensor);
    const row = await processOf(sensor);

    const fixed = SENSOR_VARIABLES.map(({ name }) => name).filter(
      (name) => !/[*<]|TRIGGERS_FILE/.test(name),
    );
    const configured = ['MODE', 'POLL_INTERVAL', 'SECRET_WORD'].map(
      (key) => `ATTUNE_SENSOR_CONFIG_${key}`,
    );
    expect(seen?.names).toEqual([...fixed, ...configured, 'COMPANY_CA'].toSorted());
    expect(seen).toMatchObject({ cwd: sensor.packDirectory, mode: '600', mine: true, same: true });
    expect(seen?.shown).toMatchObject({
      ATTUNE_SENSOR_ID: String(sensor.id),
      ATTUNE_SENSOR_REF: sensor.ref,
      ATTUNE_PACK_REF: sensor.packRef,
      ATTUNE_API_URL: config().apiUrl,
      ATTUNE_MQ_URL: gateway.url,
      ATTUNE_NOTIFIER_WS_URL: gateway.url,
      ATTUNE_MQ_EXCHANGE: 'attune.events',
      ATTUNE_SENSOR_CONFIG_MODE: 'fast',
      ATTUNE_SENSOR_CONFIG_SECRET_WORD: '[masked: secret_word]',
    });
    expect(row?.environment?.map(({ name }) => name)).toEqual(seen?.names);
    expect(row?.environment?.find(({ name }) => name === 'ATTUNE_API_TOKEN')).toMatchObject({
      state: 'masked',
      origin: 'standard',
    });
    expect(JSON.stringify(row?.environment)).not.toContain('abracadabra');
    expect(row).toMatchObject({ cwd: sensor.packDirectory });
    expect(row?.command?.at(-1)).toBe(join(sensor.packDirectory, 'sensors', 'sensor'));
  });

  test('does not see the gateway as a message queue when its manifest switches that off', async () => {
    const sensor = await aSensor({ script: 'sleep 100', mq: false });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');
    const names = (await processOf(sensor))?.environment?.map(({ name }) => name);
    expect(names).toContain('ATTUNE_NOTIFIER_WS_URL');
    expect(names).not.toContain('ATTUNE_MQ_URL');
  });

  test('has its log kept: what is no event, the token masked, refused events explained', async () => {
    const sensor = await aSensor({
      script: `echo "plain $ATTUNE_API_TOKEN"
        echo '{"level": "info"}'
        echo '{"trigger_ref": "core.not_mine", "payload": {}}'
        printf '{"trigger_type": %s, "payload": {"key": "%s"}, "dedupe_key": "k1"}\\n' "$(echo "$ATTUNE_SENSOR_TRIGGER_TYPES" | tr -d '[]')" "$ATTUNE_API_TOKEN"
        printf '{"trigger_type": %s, "payload": {}, "dedupe_key": "k1"}\\n' "$(echo "$ATTUNE_SENSOR_TRIGGER_TYPES" | tr -d '[]')"
        echo end
        sleep 1000`,
    });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect
      .poll(() => logOf(sensor, 'stdout'), PATIENCE)
      .toBe('plain [masked: sensor token]\n{"level": "info"}\nend\n');
    expect(await logOf(sensor, 'system')).toContain(`may not fire core.not_mine`);
    expect(await payloadsOf(sensor)).toEqual([{ key: '[masked: sensor token]' }]);
  });

  test('that prints JSON without end goes on, and its log says what became of it', async () => {
    const sensor = await aSensor({
      runner: 'nodejs',
      script: `const trigger_ref = JSON.parse(process.env.ATTUNE_SENSOR_TRIGGER_TYPES)[0];
        const deep = (levels) => '['.repeat(levels) + ']'.repeat(levels);
        console.log('{"trigger_ref":"' + trigger_ref + '","payload":{"a":' + deep(400000) + '}}');
        console.log('{"trigger_ref":"' + trigger_ref + '","payload":{"a":' + deep(600) + '}}');
        console.log(JSON.stringify({ trigger_ref, payload: { after: true } }));
        setInterval(() => {}, 1000);`,
    });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toEqual([{ after: true }]);
    await expect
      .poll(async () => (await logOf(sensor, 'system')).match(/deeper than 512 levels/g), PATIENCE)
      .toHaveLength(2);
    expect(await processOf(sensor)).toMatchObject({ consecutive_failures: 0, restarts: 0 });
  });

  test('is restarted with fresh triggers when its rules change and it does not listen', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    const rule = await aRuleOf(sensor.trigger, { n: 1 });
    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);

    for (const n of [2, 3, 4]) await changeRule(rule.id, { n });

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(2);
    expect(
      (await payloadsOf<{ triggers: { config: object }[] }>(sensor)).at(-1)?.triggers[0]?.config,
    ).toEqual({ n: 4 });
    expect(await processOf(sensor)).toMatchObject({
      consecutive_failures: 0,
      restarts: 1,
      generation: 1,
    });
    expect(await liveTokensOf(sensor)).toHaveLength(1);
  });

  test('is told of its rules, and not restarted, when it listens on the gateway', async () => {
    const sensor = await aSensor({
      runner: 'nodejs',
      // Node's own client cannot set a header, so it authenticates as a browser does.
      script: `const [trigger] = JSON.parse(process.env.ATTUNE_SENSOR_TRIGGER_TYPES);
        const socket = new WebSocket(process.env.ATTUNE_NOTIFIER_WS_URL, ['attune.v1', 'attune.jwt.' + process.env.ATTUNE_API_TOKEN]);
        socket.onopen = () => socket.send(JSON.stringify({ type: 'subscribe', filter: 'trigger_ref:' + trigger }));
        socket.onmessage = ({ data }) => {
          const { type, payload } = JSON.parse(data);
          if (type !== 'notification') return;
          socket.send(JSON.stringify({ type: 'publish', id: 1, exchange: 'attune.events', event: { trigger_ref: trigger, payload: { heard: payload.event_type } } }));
        };
        process.on('SIGTERM', () => process.exit(0));
        setInterval(() => {}, 1000);`,
    });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => gateway.isSubscribed(sensor.id, [sensor.trigger]), PATIENCE).toBe(true);

    const second = await aRuleOf(sensor.trigger);
    await expect.poll(async () => (await processOf(sensor))?.active_rule_count, PATIENCE).toBe(2);
    await deleteRule(second.id);

    await expect
      .poll(async () => (await payloadsOf<{ heard: string }>(sensor)).at(-1), PATIENCE)
      .toEqual({ heard: 'rule.deleted' });
    await expect.poll(async () => (await processOf(sensor))?.active_rule_count, PATIENCE).toBe(1);
    expect(await processOf(sensor)).toMatchObject({ status: 'running', restarts: 0 });
  });

  test('that crashes is started again after a growing pause, and says why', async () => {
    const sensor = await aSensor({ script: 'echo "no such host: db" >&2; exit 3' });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect
      .poll(() => processOf(sensor), PATIENCE)
      .toMatchObject({
        status: 'backoff',
        consecutive_failures: 1,
        last_exit_code: 3,
        last_error: 'no such host: db',
      });
    await expect
      .poll(() => processOf(sensor), PATIENCE)
      .toMatchObject({ status: 'backoff', consecutive_failures: 2, restarts: 1 });
    const row = await processOf(sensor);
    const [pause] = await sql.query<{ ms: number }>(
      'select extract(epoch from next_restart_at - stopped_at)::float8 * 1000 as ms from sensor_process where sensor_id = $1',
      [sensor.id],
    );
    expect(Math.round((pause?.ms ?? 0) / 100)).toBe(20);
    expect(row?.next_restart_at).not.toBeNull();
    expect(await liveTokensOf(sensor)).toEqual([]);
    expect(await logOf(sensor, 'system')).toContain(
      'The sensor ended with exit code 3. The next start is in 2 s.',
    );
  });

  test('starts at once, with its failures forgotten, when somebody asks for a restart', async () => {
    const sensor = await aSensor({ script: 'exit 1' });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect
      .poll(async () => (await processOf(sensor))?.consecutive_failures, PATIENCE)
      .toBe(2);

    await sql.query(
      'update sensor_process set restart_requests = restart_requests + 1 where sensor_id = $1',
      [sensor.id],
    );
    await announce(sql, 'sensors');

    await expect
      .poll(() => processOf(sensor), { ...PATIENCE, timeout: 1_500 })
      .toMatchObject({ consecutive_failures: 1, restarts: 2 });
  });

  test('stops when an operator wants it to, and runs again when wanted', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');

    await sql.query(`update sensor_process set wanted = 'stop' where sensor_id = $1`, [sensor.id]);
    await announce(sql, 'sensors');
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('stopped');
    await sql.query(`update sensor_process set wanted = 'run' where sensor_id = $1`, [sensor.id]);
    await announce(sql, 'sensors');

    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');
  });

  test('whose interpreter is missing is failed with a sentence, and left to other workers', async () => {
    const sensor = await aSensor({ runner: 'python', script: 'print()' });
    await supervise({ runtimes: await probeRuntimes(process.execPath, '/nowhere') });
    await aRuleOf(sensor.trigger);

    await expect
      .poll(() => processOf(sensor), PATIENCE)
      .toMatchObject({
        status: 'failed',
        last_error: 'python3 was not found; install it to run Python actions.',
        worker_id: null,
      });
  });
});
