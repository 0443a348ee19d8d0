import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { WebSocket } from 'ws';
import { mintAccessToken, verifyAccessToken } from '#server/auth/access-token.ts';
import type { IdentityActor } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { cancelExecution, createExecution } from '#server/executions/service.ts';
import { closeLive } from '#server/live/changes.ts';
import { anAction, aTrigger } from '#test/catalogue.ts';
import { aRuleOf, changeRule } from '#test/sensors.ts';
import { type Gateway, startGateway } from './start-gateway.ts';

let gateway: Gateway;

beforeAll(async () => {
  gateway = await startGateway({ host: '127.0.0.1', port: 0, workerId: 0 });
});

afterAll(async () => {
  await gateway[Symbol.asyncDispose]();
  await closeLive();
});

/** A person in the database who holds these permissions, and their token. */
async function aPerson(
  ...permissions: readonly string[]
): Promise<{ token: string; actor: IdentityActor }> {
  const login = `ada-${randomUUID()}`;
  const grants = permissions.map((permission) => {
    const [resource = '', action = ''] = permission.split(':');
    return { resource, actions: [action] };
  });
  const [row] = await sql.query<{ id: number }>(
    `with who as (insert into identity (login) values ($1) returning id),
          may as (insert into permission_set (ref, grants) values ($1, $2::jsonb) returning id)
     insert into permission_assignment (identity_id, permission_set_id) select who.id, may.id from who, may
     returning identity_id as id`,
    [login, JSON.stringify(grants)],
  );
  const token = await mintAccessToken({ id: row?.id ?? 0, login, session_epoch: 0 });
  return { token, actor: await verifyAccessToken(token, null) };
}

interface Message {
  readonly type: string;
  readonly message?: string;
  readonly notification_type?: string;
  readonly payload?: Record<string, unknown>;
}

async function connect(
  token: string,
  ...filters: readonly string[]
): Promise<{ messages: Message[]; closed: Promise<number> }> {
  const socket = new WebSocket(gateway.url, ['attune.v1', `attune.jwt.${token}`]);
  const messages: Message[] = [];
  socket.on('message', (data: Buffer) =>
    messages.push(JSON.parse(data.toString('utf8')) as Message),
  );
  const closed = new Promise<number>((resolve) => socket.on('close', resolve));
  await new Promise((resolve, reject) => socket.on('open', resolve).on('error', reject));
  onTestFinished(() => socket.terminate());
  for (const filter of filters) socket.send(JSON.stringify({ type: 'subscribe', filter }));
  return { messages, closed };
}

test('a person who may read rules is told of the rules of every trigger', async () => {
  const { token } = await aPerson('rules:read');
  const { messages } = await connect(token, 'notification_type:rule_lifecycle_changed');
  const trigger = await aTrigger();

  const rule = await aRuleOf(trigger);

  // What changes before the subscription counts is not told.
  let n = 0;
  await expect
    .poll(async () => {
      await changeRule(rule.id, { n: n++ });
      return messages.some(({ payload }) => payload?.['rule_id'] === rule.id);
    })
    .toBe(true);
});

test('a person who may not read rules is refused, by name of the permission', async () => {
  const { token } = await aPerson('executions:read');
  const { messages } = await connect(token, 'all');

  await expect
    .poll(() => messages.at(-1)?.message)
    .toBe("You need the permission 'rules:read' to follow rules. An administrator can grant it.");
});

test('a person is told when an execution that they may see changes its status', async () => {
  const { token, actor } = await aPerson(
    'executions:read',
    'executions:create',
    'executions:execute',
    'executions:cancel',
    'actions:execute',
  );
  const execution = await createExecution(actor, {
    action_ref: await anAction(),
    parameters: {},
    env_vars: {},
  });
  const { messages } = await connect(
    token,
    `entity:execution:${execution.id}`,
    'entity:execution:999999999',
  );
  // The refusal of the second filter comes after the first one counts.
  await expect.poll(() => messages.at(-1)?.message).toContain('999999999');

  await cancelExecution(actor, execution.id);

  await expect
    .poll(() => messages.at(-1))
    .toMatchObject({
      notification_type: 'execution_status_changed',
      payload: { id: execution.id, old_status: 'requested', status: 'cancelled' },
    });
});

test('a person who is frozen is refused at the next handshake', async () => {
  const { token, actor } = await aPerson('rules:read');
  await sql.query('update identity set frozen = true where id = $1', [actor.identityId]);

  await expect(connect(token)).rejects.toThrow('401');
});
