import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { SENSOR_VARIABLES } from '#lib/domain/environment.ts';
import { publishSigningKey } from '#server/auth/signing-key.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { closeLive } from '#server/live/changes.ts';
import { takeSensor } from '#server/sensors/process-repository.ts';
import { aWorker } from '#test/catalogue.ts';
import { aRuleOf, aSensor, changeRule, deleteRule, type SensorFixture, turnRule } from '#test/sensors.ts';
import { startGateway, type Gateway } from '../gateway/start-gateway.ts';
import { type ProcessHost, startProcessHost } from '../host/process-host.ts';
import { probeRuntimes, type ProbedRuntime } from '../runtimes/runtimes.ts';
import type { SensorsContext } from './context.ts';
import { superviseSensors } from './supervise-sensors.ts';

// Leases are renewed, and tokens looked at, three times in this.
process.env['LEASE_SECONDS'] = '3';

const PATIENCE = { timeout: 15_000, interval: 50 };
let host: ProcessHost;
let runtimes: ProbedRuntime[];
let gateway: Gateway;

beforeAll(async () => {
  mkdirSync(config().ATTUNE_DATA_DIR, { recursive: true });
  host = await startProcessHost({
    directory: join(config().ATTUNE_DATA_DIR, 'host'),
    nodePath: process.execPath,
    minimum: 'none',
    userIdBase: config().SLOT_USER_ID_BASE,
    log: () => undefined,
  });
  runtimes = await probeRuntimes(process.execPath);
  gateway = await startGateway({ host: '127.0.0.1', port: 0, workerId: 0 });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
  await closeLive();
});

interface Supervised extends AsyncDisposable {
  readonly workerId: number;
  readonly drain: AbortController;
}

/** A worker's supervisor; stopped at the end of the test. */
async function supervise(changes: Partial<SensorsContext> = {}): Promise<Supervised> {
  const workerId = await aWorker();
  const drain = new AbortController();
  const supervisor = superviseSensors({
    workerId,
    host,
    runtimes,
    gateway,
    signingKey: await publishSigningKey(sql, workerId),
    drain: drain.signal,
    baseline: { PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8', TZ: 'UTC' },
    operator: { COMPANY_CA: 'yes' },
    ...changes,
  });
  const stop = () => supervisor[Symbol.asyncDispose]();
  onTestFinished(async () => void (await stop()));
  return { workerId, drain, [Symbol.asyncDispose]: stop };
}

interface ProcessRow {
  readonly status: string;
  readonly worker_id: number | null;
  readonly generation: number;
  readonly consecutive_failures: number;
  readonly restarts: number;
  readonly last_exit_code: number | null;
  readonly last_error: string | null;
  readonly next_restart_at: Date | null;
  readonly active_rule_count: number;
  readonly environment: { name: string; value: string; origin: string; state: string }[] | null;
  readonly command: string[] | null;
  readonly cwd: string | null;
}

async function processOf({ id }: SensorFixture): Promise<ProcessRow | undefined> {
  const [row] = await sql.query<ProcessRow>('select * from sensor_process where sensor_id = $1', [id]);
  return row;
}

const statusOf = async (sensor: SensorFixture) => (await processOf(sensor))?.status;

const payloadsOf = async <T = Record<string, unknown>>({ trigger }: SensorFixture): Promise<T[]> =>
  (await sql.query<{ payload: T }>('select payload from event where trigger_ref = $1 order by id', [trigger])).map(({ payload }) => payload);

async function logOf({ id }: SensorFixture, stream: string): Promise<string> {
  const rows = await sql.query<{ content: Buffer }>('select content from sensor_log_chunk where sensor_id = $1 and stream = $2 order by seq', [id, stream]);
  return Buffer.concat(rows.map(({ content }) => content)).toString();
}

const liveTokensOf = ({ id }: SensorFixture) =>
  sql.query<{ jti: string }>('select jti from token where sensor_id = $1 and ended_at is null', [id]);

const runDirectoriesOf = ({ id }: SensorFixture): string[] =>
  readdirSync(join(config().ATTUNE_DATA_DIR, 'runs')).filter((name) => name.startsWith(`sensor-${id}-`));

/** Prints an event with the facts that a shell sensor can tell of itself, and stays. */
const HELLO = `printf '{"trigger_ref": %s, "payload": {"triggers": %s}}\\n' "$(echo "$ATTUNE_SENSOR_TRIGGER_TYPES" | tr -d '[]')" "$ATTUNE_SENSOR_TRIGGERS"
trap 'echo "bye" >&2; exit 0' TERM
while :; do sleep 0.05; done
`;

describe('a sensor', () => {
  test('runs while an enabled rule uses one of its triggers, and its token ends with it', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    const rule = await aRuleOf(sensor.trigger, { every: 3 });

    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');
    await expect.poll(() => payloadsOf(sensor), PATIENCE).toEqual([
      { triggers: [{ id: rule.id, ref: rule.ref, trigger_ref: sensor.trigger, config: { every: 3 } }] },
    ]);
    expect(await liveTokensOf(sensor)).toHaveLength(1);
    await turnRule(rule.id, false);

    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('stopped');
    expect(await processOf(sensor)).toMatchObject({ worker_id: null, active_rule_count: 0, consecutive_failures: 0 });
    expect(await liveTokensOf(sensor)).toEqual([]);
    expect(await logOf(sensor, 'stderr')).toBe('bye\n');
    expect(runDirectoriesOf(sensor)).toEqual([]);
  });

  test('gets exactly the environment of the contract, and the record shows it without the token', async () => {
    const sensor = await aSensor({
      runner: 'nodejs',
      config: { poll_interval: 5, secret_word: 'abracadabra' },
      paramSchema: { poll_interval: { type: 'integer' }, mode: { type: 'string', default: 'fast' }, secret_word: { type: 'string', secret: true } },
      script: `const fs = require('node:fs');
        const state = fs.statSync(process.env.ATTUNE_SENSOR_TOKEN_STATE_PATH);
        const { token, expires_at } = JSON.parse(fs.readFileSync(process.env.ATTUNE_SENSOR_TOKEN_STATE_PATH, 'utf8'));
        const { ATTUNE_API_TOKEN, ...shown } = process.env;
        console.log(JSON.stringify({ trigger_ref: ${'JSON.parse(process.env.ATTUNE_SENSOR_TRIGGER_TYPES)[0]'}, payload: {
          shown, expires_at, cwd: process.cwd(), names: Object.keys(process.env).sort(),
          mode: (state.mode & 0o777).toString(8), mine: state.uid === process.getuid(), same: token === ATTUNE_API_TOKEN } }));
        setInterval(() => {}, 1000);`,
    });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);
    const [seen] = await payloadsOf<{ shown: Record<string, string>; names: string[] }>(sensor);
    const row = await processOf(sensor);

    const fixed = SENSOR_VARIABLES.map(({ name }) => name).filter((name) => !/[*<]|TRIGGERS_FILE/.test(name));
    const configured = ['MODE', 'POLL_INTERVAL', 'SECRET_WORD'].map((key) => `ATTUNE_SENSOR_CONFIG_${key}`);
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
    expect(row?.environment?.find(({ name }) => name === 'ATTUNE_API_TOKEN')).toMatchObject({ state: 'masked', origin: 'standard' });
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

    await expect.poll(() => logOf(sensor, 'stdout'), PATIENCE).toBe('plain [masked: sensor token]\n{"level": "info"}\nend\n');
    expect(await logOf(sensor, 'system')).toContain(`may not fire core.not_mine`);
    expect(await payloadsOf(sensor)).toEqual([{ key: '[masked: sensor token]' }]);
  });

  test('is restarted with fresh triggers when its rules change and it does not listen', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    const rule = await aRuleOf(sensor.trigger, { n: 1 });
    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);

    for (const n of [2, 3, 4]) await changeRule(rule.id, { n });

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(2);
    expect((await payloadsOf<{ triggers: { config: object }[] }>(sensor)).at(-1)?.triggers[0]?.config).toEqual({ n: 4 });
    expect(await processOf(sensor)).toMatchObject({ consecutive_failures: 0, restarts: 1, generation: 1 });
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

    await expect.poll(async () => (await payloadsOf<{ heard: string }>(sensor)).at(-1), PATIENCE).toEqual({ heard: 'rule.deleted' });
    await expect.poll(async () => (await processOf(sensor))?.active_rule_count, PATIENCE).toBe(1);
    expect(await processOf(sensor)).toMatchObject({ status: 'running', restarts: 0 });
  });

  test('that crashes is started again after a growing pause, and says why', async () => {
    const sensor = await aSensor({ script: 'echo "no such host: db" >&2; exit 3' });
    await supervise();
    await aRuleOf(sensor.trigger);

    await expect.poll(() => processOf(sensor), PATIENCE).toMatchObject({
      status: 'backoff',
      consecutive_failures: 1,
      last_exit_code: 3,
      last_error: 'no such host: db',
    });
    await expect.poll(() => processOf(sensor), PATIENCE).toMatchObject({ status: 'backoff', consecutive_failures: 2, restarts: 1 });
    const row = await processOf(sensor);
    const [pause] = await sql.query<{ ms: number }>(
      'select extract(epoch from next_restart_at - stopped_at)::float8 * 1000 as ms from sensor_process where sensor_id = $1',
      [sensor.id],
    );
    expect(Math.round((pause?.ms ?? 0) / 100)).toBe(20);
    expect(row?.next_restart_at).not.toBeNull();
    expect(await liveTokensOf(sensor)).toEqual([]);
    expect(await logOf(sensor, 'system')).toContain('The sensor ended with exit code 3. The next start is in 2 s.');
  });

  test('starts at once, with its failures forgotten, when somebody asks for a restart', async () => {
    const sensor = await aSensor({ script: 'exit 1' });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(async () => (await processOf(sensor))?.consecutive_failures, PATIENCE).toBe(2);

    await sql.query('update sensor_process set restart_requests = restart_requests + 1 where sensor_id = $1', [sensor.id]);
    await announce(sql, 'sensors');

    await expect.poll(() => processOf(sensor), { ...PATIENCE, timeout: 1_500 }).toMatchObject({ consecutive_failures: 1, restarts: 2 });
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
    await supervise({
      runtimes: runtimes.map((runtime) =>
        runtime.name === 'python' ? { ...runtime, available: false, problem: 'python3 was not found; install it.' } : runtime,
      ),
    });
    await aRuleOf(sensor.trigger);

    await expect.poll(() => processOf(sensor), PATIENCE).toMatchObject({
      status: 'failed',
      last_error: 'python3 was not found; install it.',
      worker_id: null,
    });
  });
});

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

    await expect.poll(() => processOf(sensor), PATIENCE).toMatchObject({ status: 'running', generation: 2 });
    expect((await processOf(sensor))?.worker_id).not.toBe(first?.worker_id);
    expect(await liveTokensOf(sensor)).toHaveLength(1);
  });

  test('end the process of a worker whose lease was taken, and the token with the lease', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');
    const before = await liveTokensOf(sensor);

    await sql.query('update sensor_process set lease_expires_at = now() where sensor_id = $1', [sensor.id]);
    const taken = await takeSensor(sensor.id, await aWorker(), 3_600);

    expect(taken).toMatchObject({ generation: 2 });
    expect(before).toHaveLength(1);
    expect(await liveTokensOf(sensor)).toEqual([]);
    // Its directory goes with the process.
    await expect.poll(() => runDirectoriesOf(sensor), PATIENCE).toEqual([]);
  });

  test('give their sensors back when they drain', async () => {
    const sensor = await aSensor({ script: HELLO });
    const worker = await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');

    worker.drain.abort();

    await expect.poll(() => processOf(sensor), PATIENCE).toMatchObject({ status: 'stopped', worker_id: null });
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

    await sql.query(`update token set expires_at = now() + interval '59 min' where sensor_id = $1`, [sensor.id]);
    await expect.poll(() => liveTokensOf(sensor), PATIENCE).toHaveLength(2);
    // The minute is over.
    await sql.query('update token set expires_at = now() where jti = $1', [old?.jti]);

    await expect.poll(() => logOf(sensor, 'stdout'), PATIENCE).toContain('closed 4401');
    await expect.poll(async () => (await payloadsOf(sensor)).at(-1), PATIENCE).toEqual({ fresh: true });
    expect(await sql.query('select end_reason from token where jti = $1', [old?.jti])).toEqual([{ end_reason: 'rotated' }]);
    expect(await processOf(sensor)).toMatchObject({ status: 'running', restarts: 0 });
  });

  test('is renewed by a restart when the sensor never connected', async () => {
    const sensor = await aSensor({ script: HELLO });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(1);
    const [old] = await liveTokensOf(sensor);

    await sql.query(`update token set expires_at = now() + interval '59 min' where sensor_id = $1`, [sensor.id]);

    await expect.poll(() => payloadsOf(sensor), PATIENCE).toHaveLength(2);
    const [fresh] = await liveTokensOf(sensor);
    expect(fresh?.jti).not.toBe(old?.jti);
    expect(await processOf(sensor)).toMatchObject({ status: 'running', restarts: 1, consecutive_failures: 0 });
  });

  test('is worth nothing after the sensor was deleted', async () => {
    const sensor = await aSensor({ script: 'cat "$ATTUNE_SENSOR_TOKEN_STATE_PATH" >/dev/null; sleep 1000' });
    await supervise();
    await aRuleOf(sensor.trigger);
    await expect.poll(() => statusOf(sensor), PATIENCE).toBe('running');

    await sql.query('delete from sensor where id = $1', [sensor.id]);
    await announce(sql, 'sensors');

    await expect.poll(() => liveTokensOf(sensor), PATIENCE).toEqual([]);
  });
});
