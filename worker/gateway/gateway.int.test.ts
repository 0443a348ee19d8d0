import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { publishSigningKey, retireSigningKey, type SigningKey } from '#server/auth/signing-key.ts';
import { signSensorToken } from '#server/auth/process-token.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { closeLive } from '#server/live/changes.ts';
import { recordEnd, type SensorLease, takeSensor } from '#server/sensors/process-repository.ts';
import { beginProcess } from '#server/sensors/process-tokens.ts';
import { aWorker } from '#test/catalogue.ts';
import { aRuleOf, aSensor, changeRule, deleteRule, type SensorFixture, turnRule } from '#test/sensors.ts';
import { type Gateway, startGateway } from './start-gateway.ts';

let gateway: Gateway;
let workerId: number;
let key: SigningKey;

beforeAll(async () => {
  workerId = await aWorker();
  key = await publishSigningKey(sql, workerId);
  gateway = await startGateway({ host: '127.0.0.1', port: 0, workerId });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await closeLive();
});

type Message = Record<string, unknown> & { payload?: Record<string, unknown> };

interface Client {
  readonly socket: WebSocket;
  readonly messages: Message[];
  readonly closed: Promise<number>;
  send(message: object | string): void;
  /** The changes that it was told, `rule.created 17`. */
  told(): string[];
}

async function connect(token: string): Promise<Client> {
  const socket = new WebSocket(gateway.url, { headers: { authorization: `Bearer ${token}` } });
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) => messages.push(JSON.parse(data.toString('utf8')) as Message));
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  onTestFinished(() => socket.terminate());
  return {
    socket,
    messages,
    closed,
    send: (message) => socket.send(typeof message === 'string' ? message : JSON.stringify(message)),
    told: () =>
      messages
        .filter(({ type }) => type === 'notification')
        .map(({ payload }) => `${String(payload?.['event_type'])} ${String(payload?.['rule_id'])}`),
  };
}

async function tokenOf(sensor: SensorFixture): Promise<{ token: string; lease: SensorLease }> {
  const lease = await takeSensor(sensor.id, workerId, 60);
  if (lease === null) throw new Error('The sensor is held by another worker');
  const owner = { sensorRef: sensor.ref, packRef: sensor.packRef, triggerRefs: [sensor.trigger], kid: key.id };
  const facts = await beginProcess(lease, owner, false);
  if (facts === null) throw new Error('The lease was lost');
  return { token: await signSensorToken(facts, key), lease };
}

const end = (lease: SensorLease) =>
  recordEnd(lease, {
    status: 'stopped',
    exitCode: null,
    signal: 'SIGTERM',
    error: null,
    failures: 0,
    restartInMs: null,
    tokenEndReason: 'sensor_stopped',
    release: true,
  });

/** The status and the words of a refused handshake. */
const refusal = (url: string, options: { protocols?: string[]; token?: string } = {}): Promise<{ status: number; body: string }> =>
  new Promise((resolve, reject) => {
    const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` };
    const socket = new WebSocket(url, options.protocols ?? [], { headers });
    socket.on('open', () => reject(new Error('The gateway let us in')));
    socket.on('error', () => undefined);
    socket.on('unexpected-response', (_request, response) => {
      let body = '';
      response.on('data', (chunk: Buffer) => (body += chunk.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
  });

describe('the handshake', () => {
  test('refuses who shows no token, a forged one, or one in the address', async () => {
    const { token } = await tokenOf(await aSensor());
    const [header = '', , signature = ''] = token.split('.');
    const forged = `${header}.${Buffer.from('{"token_type":"sensor"}').toString('base64url')}.${signature}`;

    expect(await refusal(gateway.url)).toMatchObject({ status: 401 });
    expect(await refusal(gateway.url, { token: forged })).toMatchObject({ status: 401 });
    expect(await refusal(gateway.url, { token: 'x' })).toMatchObject({ status: 401 });
    expect(await refusal(`${gateway.url}?token=${token}`, { token })).toMatchObject({ status: 401 });
  });

  test('refuses the token of a sensor that was stopped and says why, and counts it as replayed', async () => {
    const { token, lease } = await tokenOf(await aSensor());
    await end(lease);

    const { status, body } = await refusal(gateway.url, { token });

    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({ code: 'UNAUTHORIZED', details: { reason: 'sensor_stopped' } });
    await expect
      .poll(() => sql.query('select replayed from token where sensor_id = $1', [lease.sensorId]))
      .toEqual([{ replayed: 1 }]);
  });

  test('takes a token as a subprotocol and does not say it back', async () => {
    const { token } = await tokenOf(await aSensor());
    const socket = new WebSocket(gateway.url, ['attune.v1', `attune.jwt.${token}`]);
    onTestFinished(() => socket.terminate());
    await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));

    expect(socket.protocol).toBe('attune.v1');
    expect(await refusal(gateway.url, { protocols: [`attune.jwt.${token}`] })).toMatchObject({ status: 401 });
  });

  test('says in one sentence that a port is taken', async () => {
    await expect(startGateway({ host: '127.0.0.1', port: gateway.port, workerId })).rejects.toThrow(
      `The gateway's port ${gateway.port} is taken: set GATEWAY_PORT to a free one, or to 0.`,
    );
  });
});

describe('a subscription', () => {
  test('is refused for a trigger that is not the sensor’s, and for everything else', async () => {
    const other = await aSensor();
    const client = await connect((await tokenOf(await aSensor())).token);
    const filters = [`trigger_ref:${other.trigger}`, 'all', 'entity:execution:1', 'notification_type:rule_lifecycle_changed'];

    for (const filter of filters) client.send({ type: 'subscribe', filter });
    await expect.poll(() => client.messages.filter(({ type }) => type === 'error').length).toBe(filters.length);
    const rule = await aRuleOf(other.trigger);

    // A later answer proves that the change would have been told by now.
    await turnRule(rule.id, false);
    client.send({ type: 'publish', id: 'last', event: {} });
    await expect.poll(() => client.messages.some(({ id }) => id === 'last')).toBe(true);
    expect(client.told()).toEqual([]);
  });

  test('tells each change of a rule, with its parameters', async () => {
    const sensor = await aSensor();
    const client = await connect((await tokenOf(sensor)).token);
    client.send({ type: 'subscribe', filter: `trigger_ref:${sensor.trigger}` });
    await expect.poll(() => client.messages[0]?.type).toBe('welcome');
    // Whether the subscription counts yet is known once something is told.
    let first = await aRuleOf(sensor.trigger);
    await expect
      .poll(async () => {
        if (client.told().length === 0) await changeRule(first.id, { at: Date.now() });
        return client.told().length;
      })
      .toBeGreaterThan(0);

    client.messages.length = 0;
    const rule = await aRuleOf(sensor.trigger, { every: 5 });
    await expect.poll(() => client.told()).toContain(`rule.created ${rule.id}`);
    await changeRule(rule.id, { every: 6 });
    await expect.poll(() => client.messages.at(-1)?.payload).toMatchObject({
      event_type: 'rule.updated',
      active: true,
      rule_id: rule.id,
      rule_ref: rule.ref,
      trigger_ref: sensor.trigger,
      trigger_params: { every: 6 },
      auth_mode: 'full',
    });
    await turnRule(rule.id, false);
    await expect.poll(() => client.told().at(-1)).toBe(`rule.disabled ${rule.id}`);
    await turnRule(rule.id, true);
    await expect.poll(() => client.told().at(-1)).toBe(`rule.enabled ${rule.id}`);
    await changeRule(rule.id, { text: 'x'.repeat(8_000) });
    await expect.poll(() => client.messages.at(-1)?.payload).toMatchObject({ event_type: 'rule.updated', auth_mode: 'deferred' });
    expect(client.messages.at(-1)?.payload).not.toHaveProperty('trigger_params');
    await deleteRule(rule.id);
    await expect.poll(() => client.told().at(-1)).toBe(`rule.deleted ${rule.id}`);
  });

  test('makes up for what changed between the start of the sensor and its subscription, and while it was away', async () => {
    const sensor = await aSensor();
    const { token } = await tokenOf(sensor);
    const kept = await aRuleOf(sensor.trigger, { n: 1 });
    gateway.expectSensor(sensor.id, [
      { id: kept.id, ref: kept.ref, enabled: true, trigger_ref: sensor.trigger, trigger_params: { n: 1 } },
    ]);
    const added = await aRuleOf(sensor.trigger);

    const client = await connect(token);
    expect(gateway.isSubscribed(sensor.id, [sensor.trigger])).toBe(false);
    client.send({ type: 'subscribe', filter: `trigger_ref:${sensor.trigger}` });
    await expect.poll(() => client.told()).toEqual([`rule.created ${added.id}`]);
    expect(gateway.isSubscribed(sensor.id, [sensor.trigger])).toBe(true);
    client.socket.terminate();
    await client.closed;
    await expect.poll(() => gateway.isSubscribed(sensor.id, [sensor.trigger])).toBe(false);
    await deleteRule(kept.id);
    const again = await connect(token);
    again.send({ type: 'subscribe', filter: `trigger_ref:${sensor.trigger}` });

    await expect.poll(() => again.told()).toEqual([`rule.deleted ${kept.id}`]);
  });
});

describe('a published event', () => {
  const eventsOf = (trigger: string) =>
    sql.query<{ id: number; executions: number }>(
      `select e.id, count(x.id)::int as executions from event e
       left join enforcement f on f.event_id = e.id left join execution x on x.enforcement_id = f.id
       where e.trigger_ref = $1 group by e.id order by e.id`,
      [trigger],
    );

  test('is acknowledged once it and its execution are stored, and the same dedupe key twice is one event', async () => {
    const sensor = await aSensor();
    await aRuleOf(sensor.trigger);
    const client = await connect((await tokenOf(sensor)).token);
    const event = { trigger_ref: sensor.trigger, payload: { n: 1 }, dedupe_key: 'once' };

    client.send({ type: 'publish', id: 'a', exchange: 'attune.events', event });
    await expect.poll(() => client.messages.find(({ id }) => id === 'a')).toMatchObject({ type: 'ack' });
    const [stored] = await eventsOf(sensor.trigger);
    client.send({ type: 'publish', id: 'b', exchange: 'attune.events', event });
    await expect.poll(() => client.messages.find(({ id }) => id === 'b')).toMatchObject({ type: 'ack' });

    const acks = client.messages.filter(({ type }) => type === 'ack').map(({ event_id: id }) => id);
    expect(acks).toEqual([stored?.id, stored?.id]);
    expect(await eventsOf(sensor.trigger)).toEqual([{ id: stored?.id, executions: 1 }]);
  });

  test('is refused with its id for a foreign trigger, another exchange and what does not fit', async () => {
    const sensor = await aSensor();
    const other = await aSensor();
    const client = await connect((await tokenOf(sensor)).token);
    const answer = (id: string) => expect.poll(() => client.messages.find((message) => message['id'] === id));

    client.send({ type: 'publish', id: 'foreign', exchange: 'attune.events', event: { trigger_ref: other.trigger } });
    client.send({ type: 'publish', id: 'elsewhere', exchange: 'orders', event: { trigger_ref: sensor.trigger } });
    client.send({ type: 'publish', id: 'nul', event: { trigger_ref: sensor.trigger, payload: { a: '\u0000' } } });
    client.send({ type: 'publish', id: 'shape', event: { trigger_ref: sensor.trigger, payload: 'text' } });
    client.send({ type: 'publish', id: 'empty' });
    client.send('no json');

    await answer('foreign').toMatchObject({ type: 'error', code: 'FORBIDDEN' });
    await answer('elsewhere').toMatchObject({ type: 'error', code: 'NOT_FOUND' });
    await answer('nul').toMatchObject({ type: 'error', code: 'VALIDATION_ERROR' });
    await answer('shape').toMatchObject({ type: 'error', code: 'VALIDATION_ERROR' });
    await answer('empty').toMatchObject({ type: 'error', code: 'VALIDATION_ERROR' });
    await expect.poll(() => client.messages.some(({ message }) => String(message).includes('no JSON'))).toBe(true);
    expect(await eventsOf(sensor.trigger)).toEqual([]);
    expect(await eventsOf(other.trigger)).toEqual([]);
  });

  test('may be sent again later when too many wait for their acknowledgement', async () => {
    const sensor = await aSensor();
    const client = await connect((await tokenOf(sensor)).token);
    const sent = 600;

    for (let n = 0; n < sent; n++) client.send({ type: 'publish', id: n, event: { trigger_ref: sensor.trigger, payload: { n } } });
    await expect.poll(() => client.messages.length, { timeout: 20_000 }).toBe(sent + 1);

    const refused = client.messages.filter(({ type }) => type === 'error');
    expect(refused.length).toBeGreaterThan(0);
    expect(refused.every(({ code, retry_after_seconds: s }) => code === 'TOO_MANY_REQUESTS' && s === 1)).toBe(true);
    expect(await eventsOf(sensor.trigger)).toHaveLength(sent - refused.length);
  });

  test('ends the connection that sends more than a message may hold', async () => {
    const client = await connect((await tokenOf(await aSensor())).token);

    client.send({ type: 'publish', id: 'huge', event: { payload: { text: 'x'.repeat(1024 * 1024) } } });

    expect(await client.closed).toBe(1009);
  });
});

describe('a connection', () => {
  test('ends with its token, and publishes nothing after it', async () => {
    const sensor = await aSensor();
    const { token, lease } = await tokenOf(sensor);
    const client = await connect(token);

    await end(lease);

    expect(await client.closed).toBe(4401);
    expect(await refusal(gateway.url, { token })).toMatchObject({ status: 401 });
  });

  test('refuses a publish that comes before the end of the token was noticed', async () => {
    const sensor = await aSensor();
    const { token, lease } = await tokenOf(sensor);
    const client = await connect(token);

    // The connection has looked at its token by then, and will not look again soon: nobody is told of its end.
    client.send({ type: 'publish', id: 0, event: { trigger_ref: sensor.trigger } });
    await expect.poll(() => client.messages.find(({ id }) => id === 0)).toMatchObject({ type: 'ack' });
    await sql.query(`update token set ended_at = now(), end_reason = 'sensor_stopped' where sensor_id = $1`, [lease.sensorId]);
    client.send({ type: 'publish', id: 1, event: { trigger_ref: sensor.trigger } });

    expect(await client.closed).toBe(4401);
    expect(client.messages.find(({ id }) => id === 1)).toMatchObject({ type: 'error', code: 'UNAUTHORIZED' });
    expect(await sql.query('select 1 from event where trigger_ref = $1', [sensor.trigger])).toHaveLength(1);
  });

  test('ends when the key that signed its token is retired', async () => {
    const other = await publishSigningKey(sql, workerId);
    const sensor = await aSensor();
    const lease = await takeSensor(sensor.id, workerId, 60);
    if (lease === null) throw new Error('taken');
    const owner = { sensorRef: sensor.ref, packRef: sensor.packRef, triggerRefs: [sensor.trigger], kid: other.id };
    const facts = await beginProcess(lease, owner, false);
    if (facts === null) throw new Error('lost');
    const client = await connect(await signSensorToken(facts, other));

    await retireSigningKey(sql, other.id);
    await announce(sql, `sensor:${sensor.id}`);

    expect(await client.closed).toBe(4401);
  });
});
