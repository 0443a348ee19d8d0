import { describe, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { connect, tokenOf } from '#test/gateway-clients.ts';
import { aRuleOf, aSensor } from '#test/sensors.ts';

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
    await expect
      .poll(() => client.messages.find(({ id }) => id === 'a'))
      .toMatchObject({ type: 'ack' });
    const [stored] = await eventsOf(sensor.trigger);
    client.send({ type: 'publish', id: 'b', exchange: 'attune.events', event });
    await expect
      .poll(() => client.messages.find(({ id }) => id === 'b'))
      .toMatchObject({ type: 'ack' });

    const acks = client.messages.filter(({ type }) => type === 'ack').map(({ event_id: id }) => id);
    expect(acks).toEqual([stored?.id, stored?.id]);
    expect(await eventsOf(sensor.trigger)).toEqual([{ id: stored?.id, executions: 1 }]);
  });

  test('is refused with its id for a foreign trigger, another exchange and what does not fit', async () => {
    const sensor = await aSensor();
    const other = await aSensor();
    const client = await connect((await tokenOf(sensor)).token);
    const answer = (id: string) =>
      expect.poll(() => client.messages.find((message) => message['id'] === id));

    client.send({
      type: 'publish',
      id: 'foreign',
      exchange: 'attune.events',
      event: { trigger_ref: other.trigger },
    });
    client.send({
      type: 'publish',
      id: 'elsewhere',
      exchange: 'orders',
      event: { trigger_ref: sensor.trigger },
    });
    client.send({
      type: 'publish',
      id: 'nul',
      event: { trigger_ref: sensor.trigger, payload: { a: '\u0000' } },
    });
    client.send({
      type: 'publish',
      id: 'shape',
      event: { trigger_ref: sensor.trigger, payload: 'text' },
    });
    client.send({ type: 'publish', id: 'empty' });
    client.send('no json');

    await answer('foreign').toMatchObject({ type: 'error', code: 'FORBIDDEN' });
    await answer('elsewhere').toMatchObject({ type: 'error', code: 'NOT_FOUND' });
    await answer('nul').toMatchObject({ type: 'error', code: 'VALIDATION_ERROR' });
    await answer('shape').toMatchObject({ type: 'error', code: 'VALIDATION_ERROR' });
    await answer('empty').toMatchObject({ type: 'error', code: 'VALIDATION_ERROR' });
    await expect
      .poll(() => client.messages.some(({ message }) => String(message).includes('no JSON')))
      .toBe(true);
    expect(await eventsOf(sensor.trigger)).toEqual([]);
    expect(await eventsOf(other.trigger)).toEqual([]);
  });

  test('may be sent again later when too many wait for their acknowledgement', async () => {
    const sensor = await aSensor();
    const client = await connect((await tokenOf(sensor)).token);
    const sent = 600;

    for (let n = 0; n < sent; n++)
      client.send({
        type: 'publish',
        id: n,
        event: { trigger_ref: sensor.trigger, payload: { n } },
      });
    await expect.poll(() => client.messages.length, { timeout: 20_000 }).toBe(sent + 1);

    const refused = client.messages.filter(({ type }) => type === 'error');
    expect(refused.length).toBeGreaterThan(0);
    expect(
      refused.every(({ code, retry_after_seconds: s }) => code === 'TOO_MANY_REQUESTS' && s === 1),
    ).toBe(true);
    expect(await eventsOf(sensor.trigger)).toHaveLength(sent - refused.length);
  });

  test('ends the connection that sends more than a message may hold', async () => {
    const client = await connect((await tokenOf(await aSensor())).token);

    client.send({
      type: 'publish',
      id: 'huge',
      event: { payload: { text: 'x'.repeat(1024 * 1024) } },
    });

    expect(await client.closed).toBe(1009);
  });
});
