import { randomUUID } from 'node:crypto';
import { encode } from 'next-auth/jwt';
import { beforeAll, describe, expect, test } from 'vitest';
import { verifyAccessToken } from '#server/auth/access-token.ts';
import { sessionKey } from '#server/auth/keys.ts';
import { verifyIdentityToken } from '#server/auth/identity-token.ts';
import { checkLogin } from '#server/auth/login.ts';
import { hashPassword } from '#server/auth/password.ts';
import { signExecutionToken, verifyProcessToken } from '#server/auth/process-token.ts';
import { readSession } from '#server/auth/session.ts';
import { publishSigningKey, type SigningKey } from '#server/auth/signing-key.ts';
import { sql } from '#server/db/sql.ts';
import { createExecution } from '#server/executions/service.ts';
import { claimAttempts } from '#server/executions/claim.ts';
import { jobFor } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { anIdentity, asActor, grant } from '#test/identities.ts';
import { createApiToken } from './api-tokens.ts';
import { deleteIdentity, updateIdentity } from './directory.ts';
import { freezeIdentity, unfreezeIdentity } from './freeze.ts';
import { logIn, refreshTokens } from './service.ts';

const PASSWORD = 'a password that is long enough';
const ADMIN = [grant('permissions', ['manage']), grant('identities', ['read', 'update', 'delete'])];
let key: SigningKey;
let workerId = 0;
let admin = 0;

beforeAll(async () => {
  workerId = await aWorker();
  key = await publishSigningKey(sql, workerId);
  admin = await anIdentity({ login: 'admin', grants: ADMIN });
});

/** A run of an identity that goes on, by the statements that a worker uses. @returns its token */
async function aRunOf(identityId: number): Promise<string> {
  const action_ref = await anAction();
  const { id } = await createExecution(await asActor(identityId), {
    action_ref,
    parameters: {},
    env_vars: {},
  });
  const [attempt] = await claimAttempts({ workerId, keyId: key.id }, [jobFor(id)]);
  if (attempt === undefined) throw new Error('the run was not to be had');
  const [row] = await sql.query<{ jti: string; issued_at: Date; expires_at: Date }>(
    'select jti, issued_at, expires_at from token where execution_id = $1',
    [id],
  );
  return signExecutionToken(
    {
      jti: row?.jti ?? randomUUID(),
      executionId: id,
      attempt: 1,
      identityId,
      actionRef: action_ref,
      packRef: 'p',
      scopes: ['execution:create:child'],
      issuedAt: row?.issued_at ?? new Date(),
      expiresAt: row?.expires_at ?? new Date(),
    },
    key,
  );
}

/** Everything that an identity can show, as a function that shows it. */
async function everythingOf(login: string) {
  const id = await anIdentity({
    login,
    passwordHash: await hashPassword(PASSWORD),
    grants: [grant('actions', ['execute']), grant('executions', ['read'])],
  });
  const { access_token, refresh_token } = await logIn(login, PASSWORD, null);
  const { token: apiToken } = await createApiToken(await asActor(id), id, { label: 'ci' });
  const run = await aRunOf(id);
  const session = await encode({
    token: { sub: String(id), name: login, epoch: 0 },
    secret: sessionKey('cookie').export().toString('base64url'),
  });
  return {
    id,
    shows: {
      session: () => readSession(session, null),
      access: () => verifyAccessToken(access_token, null),
      api: () => verifyIdentityToken(apiToken, null),
      execution: () => verifyProcessToken(run, null),
      refresh: () => refreshTokens(refresh_token),
    },
  };
}

type Shows = Awaited<ReturnType<typeof everythingOf>>['shows'];

/** Which of them are accepted now. */
async function acceptedOf(shows: Partial<Shows>): Promise<string[]> {
  const accepted: string[] = [];
  for (const [kind, show] of Object.entries(shows)) {
    const worked = await show().then(
      (actor) => actor !== null,
      () => false,
    );
    if (worked) accepted.push(kind);
  }
  return accepted;
}

describe('a frozen identity', () => {
  test('is refused at its next call whatever it shows, and cannot log in', async () => {
    const { id, shows } = await everythingOf('frieda');
    const { refresh: _, ...calls } = shows;
    expect(await acceptedOf(calls)).toEqual(['session', 'access', 'api', 'execution']);
    await freezeIdentity(await asActor(admin), id);
    expect(await acceptedOf(shows)).toEqual([]);
    expect(await checkLogin('frieda', PASSWORD)).toEqual(await checkLogin('nobody', PASSWORD));
  });

  test('gets back its runs and API tokens when it may act again, and none of its sessions', async () => {
    const { id, shows } = await everythingOf('otto');
    const boss = await asActor(admin);
    await freezeIdentity(boss, id);
    await unfreezeIdentity(boss, id);
    expect(await acceptedOf(shows)).toEqual(['api', 'execution']);
    expect((await checkLogin('otto', PASSWORD)).kind).toBe('ok');
  });

  test('is so by an update as well, and repeating it writes nothing', async () => {
    const { id, shows } = await everythingOf('paula');
    const boss = await asActor(admin);
    expect(await updateIdentity(boss, id, { frozen: true })).toMatchObject({ frozen: true });
    expect(await acceptedOf(shows)).toEqual([]);
    await freezeIdentity(boss, id);
    const written = await sql.query(
      `select 1 from audit_event where event_type = 'identity.frozen' and resource_id = $1`,
      [id],
    );
    expect(written).toHaveLength(1);
  });

  test('changes nothing by a call that was let in before it was frozen', async () => {
    const { id } = await everythingOf('late');
    const before = await asActor(id);
    await freezeIdentity(await asActor(admin), id);
    await expect(createApiToken(before, id, { label: 'too late' })).rejects.toMatchObject({
      code: 'UNAUTHORIZED',
    });
  });
});

describe('freezing', () => {
  test('oneself is refused, and so is deleting oneself', async () => {
    const boss = await asActor(admin);
    await expect(freezeIdentity(boss, admin)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(deleteIdentity(boss, admin)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('leaves somebody in charge: two who freeze each other at once do not both succeed', async () => {
    for (let round = 0; round < 10; round += 1) {
      const ids = [await anIdentity({ grants: ADMIN }), await anIdentity({ grants: ADMIN })];
      await sql.query('update identity set frozen = not (id = any ($1))', [ids]);
      const [one, other] = await Promise.all(ids.map(asActor));
      if (!one || !other) throw new Error('nobody was made');
      const outcomes = await Promise.allSettled([
        freezeIdentity(one, other.identityId),
        freezeIdentity(other, one.identityId),
      ]);
      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      const left = await sql.query('select 1 from identity where id = any ($1) and not frozen', [
        ids,
      ]);
      expect(left).toHaveLength(1);
    }
  });

  test('the last administrator is refused to those who are none', async () => {
    await sql.query('update identity set frozen = id <> $1', [admin]);
    const clerk = await asActor(
      await anIdentity({ grants: [grant('identities', ['read', 'update', 'delete'])] }),
    );
    await expect(freezeIdentity(clerk, admin)).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(deleteIdentity(clerk, admin)).rejects.toMatchObject({ code: 'CONFLICT' });
    const [row] = await sql.query('select frozen from identity where id = $1', [admin]);
    expect(row).toEqual({ frozen: false });
  });

  test('takes the permission, for that identity', async () => {
    const [mine, theirs] = [await anIdentity(), await anIdentity()];
    const clerk = await asActor(
      await anIdentity({
        grants: [grant('identities', ['read', 'update'], { ids: [mine] })],
      }),
    );
    await expect(freezeIdentity(clerk, theirs)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(freezeIdentity(clerk, mine)).resolves.toBeDefined();
    const stranger = await asActor(await anIdentity());
    await expect(freezeIdentity(stranger, mine)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('deleting an identity', () => {
  test('waits until nothing is done in its name, and takes its tokens along', async () => {
    const { id, shows } = await everythingOf('gone');
    const boss = await asActor(admin);
    await sql.query('update identity set frozen = false where id = $1', [admin]);
    await expect(deleteIdentity(boss, id)).rejects.toMatchObject({
      code: 'CONFLICT',
      details: { owned: ['1 unfinished executions'] },
    });
    await sql.query('update execution set identity_id = null where identity_id = $1', [id]);
    await deleteIdentity(boss, id);
    expect(await acceptedOf(shows)).toEqual([]);
  });
});
