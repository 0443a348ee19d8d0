import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { publishSigningKey, retireSigningKey } from '#server/auth/signing-key.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import {
  connect,
  end,
  gateway,
  handshakeWith,
  refusal,
  tokenOf,
  workerId,
} from '#test/gateway-clients.ts';
import { aSensor } from '#test/sensors.ts';
import { startGateway } from './start-gateway.ts';

describe('the handshake', () => {
  test('refuses who shows no token, a forged one, or one in the address', async () => {
    const { token } = await tokenOf(await aSensor());
    const [header = '', , signature = ''] = token.split('.');
    const forged = `${header}.${Buffer.from('{"token_type":"sensor"}').toString('base64url')}.${signature}`;

    expect(await refusal(gateway.url)).toMatchObject({ status: 401 });
    expect(await refusal(gateway.url, { token: forged })).toMatchObject({ status: 401 });
    expect(await refusal(gateway.url, { token: 'x' })).toMatchObject({ status: 401 });
    expect(await refusal(`${gateway.url}?token=${token}`, { token })).toMatchObject({
      status: 401,
    });
  });

  test('refuses the token of a sensor that was stopped and says why, and counts it as replayed', async () => {
    const { token, lease } = await tokenOf(await aSensor());
    await end(lease);

    const { status, body } = await refusal(gateway.url, { token });

    expect(status).toBe(401);
    expect(JSON.parse(body)).toMatchObject({
      code: 'UNAUTHORIZED',
      details: { reason: 'sensor_stopped' },
    });
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
    expect(await refusal(gateway.url, { protocols: [`attune.jwt.${token}`] })).toMatchObject({
      status: 401,
    });
  });

  test('refuses two Authorization headers, also when one of them is good', async () => {
    const { token } = await tokenOf(await aSensor());
    const [good, other] = [`Bearer ${token}`, 'Bearer x'];
    expect(await handshakeWith([good])).toBe(101);
    for (const pair of [
      [good, other],
      [other, good],
      [good, good],
    ])
      expect(await handshakeWith(pair)).toBe(401);
  });

  test('refuses a token longer than any that there is', async () => {
    const statuses = [];
    for (const size of [8_001, 15_000, 20_000])
      statuses.push((await refusal(gateway.url, { token: 'x'.repeat(size) })).status);
    expect(statuses).toEqual([401, 401, 431]);
  });

  test('says in one sentence that a port is taken', async () => {
    await expect(startGateway({ host: '127.0.0.1', port: gateway.port, workerId })).rejects.toThrow(
      `The gateway's port ${gateway.port} is taken: set GATEWAY_PORT to a free one, or to 0.`,
    );
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
    await expect
      .poll(() => client.messages.find(({ id }) => id === 0))
      .toMatchObject({ type: 'ack' });
    await sql.query(
      `update token set ended_at = now(), end_reason = 'sensor_stopped' where sensor_id = $1`,
      [lease.sensorId],
    );
    client.send({ type: 'publish', id: 1, event: { trigger_ref: sensor.trigger } });

    expect(await client.closed).toBe(4401);
    expect(client.messages.find(({ id }) => id === 1)).toMatchObject({
      type: 'error',
      code: 'UNAUTHORIZED',
    });
    expect(
      await sql.query('select 1 from event where trigger_ref = $1', [sensor.trigger]),
    ).toHaveLength(1);
  });

  test('ends when the key that signed its token is retired', async () => {
    const other = await publishSigningKey(sql, workerId);
    const sensor = await aSensor();
    const client = await connect((await tokenOf(sensor, other)).token);

    await retireSigningKey(sql, other.id);
    await announce(sql, `sensor:${sensor.id}`);

    expect(await client.closed).toBe(4401);
  });
});
