import { beforeAll, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { makeApiToken } from '#server/auth/api-token.ts';
import { insertApiToken } from '#server/identities/api-token-repository.ts';
import { listEveryApiToken } from '#server/identities/api-tokens.ts';
import { userWho } from '#test/actors.ts';
import { done } from '#test/attempts.ts';
import { aRunningAttempt } from '#test/security/process-tokens.ts';
import { listProcessTokens } from './list.ts';

const reader = userWho('executions:read');
const idsOf = async (filter: Parameters<typeof listProcessTokens>[1]) =>
  (await listProcessTokens(reader, filter)).map(({ id }) => id);

let live: Awaited<ReturnType<typeof aRunningAttempt>>;
let ended: typeof live;
/** By identity. */
const logins = new Map<number, string>();

beforeAll(async () => {
  live = await aRunningAttempt();
  ended = await aRunningAttempt();
  for (const { id, login } of await sql.query<{ id: number; login: string }>(
    'select id, login from identity',
  ))
    logins.set(id, login);
  await settleAttempt(ended.attempt, done);
  await sql.query('update token set replayed = 2, refused = 1 where jti = $1', [ended.jti]);
});

test('tokens that count, that have ended and with refused calls are told apart', async () => {
  expect(await idsOf({ show: 'live' })).toEqual([live.jti]);
  expect(await idsOf({ show: 'ended' })).toEqual([ended.jti]);
  const [line, ...others] = await listProcessTokens(reader, { show: 'refused' });
  expect(others).toEqual([]);
  expect(line).toMatchObject({
    id: ended.jti,
    kind: 'execution',
    state: 'ended',
    execution: ended.attempt.execution_id,
    action_ref: ended.attempt.action_ref,
    owner: logins.get(ended.owner),
    end_reason: 'completed',
    refused: 1,
    replayed: 2,
  });
});

test('a name narrows them, and none of its characters is a wildcard', async () => {
  const who = live.attempt.action_ref.toUpperCase();
  expect(await idsOf({ show: 'live', who })).toEqual([live.jti]);
  expect(await idsOf({ show: 'live', who: logins.get(live.owner) })).toEqual([live.jti]);
  expect(await idsOf({ show: 'live', who: '%' })).toEqual([]);
});

test('they are shown to those who may read runs or sensors, each their part', async () => {
  expect(await listProcessTokens(userWho('sensors:read'), { show: 'live' })).toEqual([]);
  await expect(listProcessTokens(userWho('rules:read'), { show: 'live' })).rejects.toThrow(
    'executions:read',
  );
});

test('the API tokens of all are shown with whose they are, to those who may read these people', async () => {
  const wanted = {
    identityId: live.owner,
    label: 'nightly',
    description: null,
    permissionSetRefs: null,
    expiresAt: null,
    createdBy: null,
  };
  await insertApiToken(sql, makeApiToken(), wanted);
  const asked = { onlyActive: true };
  const all = await listEveryApiToken(userWho('identities:read'), asked);
  expect(all).toMatchObject([{ owner: logins.get(live.owner), token: { label: 'nightly' } }]);

  const grants = [
    { resource: 'identities', actions: ['read'], constraints: { ids: [ended.owner] } },
  ];
  expect(await listEveryApiToken({ ...reader, grants }, asked)).toEqual([]);
  await expect(listEveryApiToken(reader, asked)).rejects.toThrow('identities:read');
});
