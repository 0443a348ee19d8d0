import { describe, expect, test } from 'vitest';
import { connect, gateway, tokenOf } from '#test/gateway-clients.ts';
import { aRuleOf, aSensor, changeRule, deleteRule, turnRule } from '#test/sensors.ts';

describe('a subscription', () => {
  test('is refused for a trigger that is not the sensor’s, and for everything else', async () => {
    const other = await aSensor();
    const client = await connect((await tokenOf(await aSensor())).token);
    const filters = [
      `trigger_ref:${other.trigger}`,
      'all',
      'entity:execution:1',
      'notification_type:rule_lifecycle_changed',
    ];

    for (const filter of filters) client.send({ type: 'subscribe', filter });
    await expect
      .poll(() => client.messages.filter(({ type }) => type === 'error').length)
      .toBe(filters.length);
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
    await expect
      .poll(() => client.messages.at(-1)?.payload)
      .toMatchObject({
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
    await expect
      .poll(() => client.messages.at(-1)?.payload)
      .toMatchObject({ event_type: 'rule.updated', auth_mode: 'deferred' });
    expect(client.messages.at(-1)?.payload).not.toHaveProperty('trigger_params');
    await deleteRule(rule.id);
    await expect.poll(() => client.told().at(-1)).toBe(`rule.deleted ${rule.id}`);
  });

  test('makes up for what changed between the start of the sensor and its subscription, and while it was away', async () => {
    const sensor = await aSensor();
    const { token } = await tokenOf(sensor);
    const kept = await aRuleOf(sensor.trigger, { n: 1 });
    gateway.expectSensor(sensor.id, [
      {
        id: kept.id,
        ref: kept.ref,
        enabled: true,
        trigger_ref: sensor.trigger,
        trigger_params: { n: 1 },
      },
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
