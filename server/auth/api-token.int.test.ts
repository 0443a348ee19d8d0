import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { AuditFilter } from '#lib/contracts/audit.ts';
import { AppError } from '#lib/errors.ts';
import { flushRefusals, noteRefusal } from '#server/audit/refusals.ts';
import { listAuditEvents } from '#server/audit/service.ts';
import { sql } from '#server/db/sql.ts';
import {
  createApiToken,
  deleteApiToken,
  listApiTokens,
  revokeApiToken,
} from '#server/identities/api-tokens.ts';
import { createIdentity } from '#server/identities/directory.ts';
import { userWho } from '#test/actors.ts';
import { anIdentity, aPermissionSet, asActor, grant } from '#test/identities.ts';
import { can } from './actor.ts';
import { flushApiTokenUses } from './api-token-use.ts';
import { verifyIdentityToken } from './identity-token.ts';

const RULES = grant('rules', ['read', 'update']);
const KEYS = grant('keys', ['read']);

/** What a refused call gets to know. */
async function refusalOf(token: string): Promise<object> {
  const error = await verifyIdentityToken(token, null).then(
    () => null,
    (cause: unknown) => cause,
  );
  if (!(error instanceof AppError)) throw new Error(`not refused: ${String(error)}`);
  return { code: error.code, message: error.message, details: error.details };
}

async function aToken(
  body: { expires_at?: string; permission_set_refs?: string[] } = {},
  grants = [RULES, KEYS],
) {
  const id = await anIdentity({ grants });
  const actor = await asActor(id);
  const { token, integration_token } = await createApiToken(actor, id, { label: 'CI', ...body });
  return { id, actor, token, tokenId: integration_token.id, shown: integration_token };
}

describe('an API token', () => {
  test('acts as its identity, with what the identity holds at that moment', async () => {
    const { id, token, tokenId } = await aToken();
    expect(token).toMatch(/^attune_it_[0-9a-f]{12}_[A-Za-z0-9_-]{43}$/);
    const actor = await verifyIdentityToken(token, '192.0.2.7');
    expect(actor).toMatchObject({ identityId: id, via: 'api_token', apiTokenId: tokenId });
    expect([can(actor, 'rules:update'), can(actor, 'keys:delete')]).toEqual([true, false]);

    await sql.query('delete from permission_assignment where identity_id = $1', [id]);
    expect(can(await verifyIdentityToken(token, null), 'rules:read')).toBe(false);
  });

  test('is stored as a hash alone, and no part of its secret is listed', async () => {
    const { id, actor, token } = await aToken();
    const secret = token.split('_').slice(3).join('_');
    const [row] = await sql.query<{ whole: string; token_hash: Buffer }>(
      'select t::text as whole, token_hash from api_token t where identity_id = $1',
      [id],
    );
    expect(row?.token_hash).toEqual(createHash('sha256').update(token).digest());
    expect(row?.whole).not.toContain(secret.slice(0, 8));
    expect(JSON.stringify(await listApiTokens(actor, id))).not.toContain(secret.slice(0, 8));
    const audit = await sql.query('select e::text from audit_event e');
    expect(JSON.stringify(audit)).not.toContain(secret.slice(0, 8));
  });

  test('that is unknown, malformed, revoked, deleted, expired or frozen gets one answer', async () => {
    const [revoked, deleted, expired, frozen] = [
      await aToken(),
      await aToken(),
      await aToken(),
      await aToken(),
    ];
    await revokeApiToken(revoked.actor, revoked.id, revoked.tokenId, 'rotated');
    await deleteApiToken(deleted.actor, deleted.id, deleted.tokenId);
    await sql.query(
      `update api_token set expires_at = clock_timestamp() where id = ${expired.tokenId}`,
    );
    await sql.query(`update identity set frozen = true where id = ${frozen.id}`);
    const unknown = `attune_it_000000000000_${'a'.repeat(43)}`;
    const tokens = [revoked, deleted, expired, frozen].map(({ token }) => token);
    const answers = await Promise.all(
      [...tokens, unknown, 'attune_it_', `${expired.token}x`].map(refusalOf),
    );
    expect(new Set(answers.map((answer) => JSON.stringify(answer)))).toHaveLength(1);
    expect(answers[0]).toEqual({
      code: 'UNAUTHORIZED',
      message: 'Invalid authentication token',
      details: undefined,
    });
  });

  test('is named by all that is done with it and by what it is refused, and by nothing else', async () => {
    const {
      id,
      actor: owner,
      token,
      tokenId,
    } = await aToken({}, [grant('identities', ['create'])]);
    const actor = await verifyIdentityToken(token, null);
    const other = await createApiToken(owner, id, { label: 'another' });
    await createIdentity(owner, { login: 'made-by-its-owner' });
    await createIdentity(actor, { login: 'made-with-the-token' });
    noteRefusal({
      actor,
      address: null,
      method: 'POST',
      route: '/api/v1/packs',
      status: 403,
      reason: 'FORBIDDEN',
    });
    await flushRefusals();

    const done = async (actor_token_id: number) =>
      (await listAuditEvents(userWho('audit_log:read'), AuditFilter.parse({ actor_token_id })))
        .items;
    expect((await done(tokenId)).map(({ event_type: type }) => type)).toEqual([
      'api.refused',
      'identity.created',
    ]);
    expect((await done(tokenId)).at(-1)?.resource_ref).toBe('made-with-the-token');
    expect(await done(other.integration_token.id)).toEqual([]);
  });

  test('that is restricted allows what both its owner and its sets allow', async () => {
    const set = await aPermissionSet([
      grant('rules', ['read', 'delete']),
      grant('packs', ['read']),
    ]);
    const { id, token } = await aToken({ permission_set_refs: [set.ref] });
    const allowed = async (...permissions: `${string}:${string}`[]) => {
      const actor = await verifyIdentityToken(token, null);
      return permissions.filter((permission) => can(actor, permission));
    };
    const all = ['rules:read', 'rules:update', 'rules:delete', 'keys:read', 'packs:read'] as const;
    expect(await allowed(...all)).toEqual(['rules:read']);
    await sql.query('delete from permission_set where ref = $1', [set.ref]);
    expect(await allowed(...all)).toEqual([]);
    await sql.query('delete from permission_assignment where identity_id = $1', [id]);
    expect(await allowed(...all)).toEqual([]);
  });

  test('restricted to no sets at all may do nothing', async () => {
    const { token } = await aToken({ permission_set_refs: [] });
    expect((await verifyIdentityToken(token, null)).grants).toEqual([]);
  });

  test('tells when it was used last, by one write for many calls', async () => {
    const { id, actor, token, tokenId } = await aToken();
    await flushApiTokenUses();
    const version = async () =>
      sql.query<{ xmin: string }>('select xmin::text from api_token where id = $1', [tokenId]);
    const before = await version();
    for (let call = 0; call < 50; call += 1) await verifyIdentityToken(token, '192.0.2.9');
    await flushApiTokenUses();
    const after = await version();
    expect(after).not.toEqual(before);
    expect(await listApiTokens(actor, id)).toMatchObject([
      { last_used_ip: '192.0.2.9', last_used_at: expect.any(String) },
    ]);
    await flushApiTokenUses();
    expect(await version()).toEqual(after);
  });
});

describe('making API tokens', () => {
  test('is for oneself, or for a service by somebody who holds what it holds', async () => {
    const service = await anIdentity({ grants: [KEYS], passwordHash: null });
    const person = await anIdentity({ grants: [KEYS] });
    const manage = grant('identities', ['read', 'update']);
    const [boss, clerk, other] = await Promise.all(
      [[manage, KEYS], [manage], [KEYS]].map(async (grants) =>
        asActor(await anIdentity({ grants })),
      ),
    );
    if (!boss || !clerk || !other) throw new Error('nobody was made');
    const body = { label: 'for somebody' };
    await expect(createApiToken(boss, service, body)).resolves.toBeDefined();
    for (const [actor, owner] of [
      [clerk, service],
      [other, service],
      [boss, person],
      [other, person],
    ] as const) {
      await expect(createApiToken(actor, owner, body)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    }
    await expect(createApiToken(boss, 987_654, body)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('is nothing that an API token can do for its own identity, and neither is ending them', async () => {
    const { id, token, tokenId } = await aToken({}, [grant('identities', ['read', 'update'])]);
    const actor = await verifyIdentityToken(token, null);
    const forbidden = { code: 'FORBIDDEN' };
    await expect(createApiToken(actor, id, { label: 'child' })).rejects.toMatchObject(forbidden);
    await expect(revokeApiToken(actor, id, tokenId, null)).rejects.toMatchObject(forbidden);
    await expect(listApiTokens(actor, id)).resolves.toHaveLength(1);
  });

  test('refuses an end in the past and sets that there are not', async () => {
    const past = { expires_at: '2001-01-01T00:00:00+00:00' };
    await expect(aToken(past)).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
    await expect(aToken({ permission_set_refs: ['no.such'] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
