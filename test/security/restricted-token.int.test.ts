import { describe, expect, test } from 'vitest';
import type { Grant } from '#lib/domain/grant.ts';
import { can, type ExecutionActor, type IdentityActor } from '#server/auth/actor.ts';
import { verifyApiToken } from '#server/auth/api-token.ts';
import { findToken, toActor } from '#server/auth/token-repository.ts';
import { sql } from '#server/db/sql.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { createExecution } from '#server/executions/service.ts';
import { createApiToken } from '#server/identities/api-tokens.ts';
import { createKey, getKey, listKeys } from '#server/secrets/service.ts';
import { claimOne } from '#test/attempts.ts';
import { anAction } from '#test/catalogue.ts';
import { anIdentity, aPermissionSet, asActor, grant } from '#test/identities.ts';
import { deliverParameters } from '#worker/execution/parameters.ts';

const EXECUTE = grant('actions', ['execute']);
const KEYS = grant('keys', ['read', 'create', 'decrypt']);
const SECRET = 'the secret of its owner';

/** A person who may run everything and has keys, and an API token of theirs that is bounded by these grants. */
async function aRestrictedToken(bounds: readonly Grant[]) {
  const owner = await asActor(await anIdentity({ grants: [EXECUTE, KEYS] }));
  const set = await aPermissionSet(bounds);
  const { token } = await createApiToken(owner, owner.identityId, {
    label: 'CI',
    permission_set_refs: [set.ref],
  });
  return { owner, token: await verifyApiToken(token, null), set: set.ref };
}

interface Run {
  readonly actor: ExecutionActor;
  readonly attempt: ClaimedAttempt;
}

async function run(
  by: IdentityActor | ExecutionActor,
  action_ref: string,
  parameters = {},
): Promise<Run> {
  const { id } = await createExecution(by, { action_ref, parameters, env_vars: {} });
  const attempt = await claimOne(id);
  const row = await findToken(sql, attempt.token.jti);
  const actor = row && toActor(row, null);
  if (actor?.kind !== 'execution') throw new Error('the run has no token');
  return { actor, attempt };
}

const REFUSED = { code: 'FORBIDDEN' };

test('the key of an earlier request of its owner does not show a restricted API token that run', async () => {
  const action = await anAction();
  const { owner, token } = await aRestrictedToken([grant('actions', ['execute'])]);
  const body = { action_ref: action, parameters: {}, env_vars: {} };
  const ownersRun = await createExecution(owner, body, 'once');
  const made = await createExecution(token, body, 'once');
  expect(made.id).not.toBe(ownersRun.id);
  expect((await createExecution(token, body, 'once')).id).toBe(made.id);
});

describe('a run that a restricted API token asked for', () => {
  test('starts only what its owner and the token may both start, and so do its children', async () => {
    await sql.query(
      `insert into signing_key (kid, public_jwk) values ('k', '{}') on conflict do nothing`,
    );
    const [allowed, other] = [await anAction(), await anAction()];
    const { owner, token, set } = await aRestrictedToken([
      grant('actions', ['execute'], { refs: [allowed] }),
    ]);

    const parent = await run(token, allowed);
    const child = await run(parent.actor, allowed);
    for (const { actor } of [parent, child])
      await expect(run(actor, other)).rejects.toMatchObject(REFUSED);
    expect((await run((await run(owner, allowed)).actor, other)).attempt.bounds).toBeNull();

    // What the set grants now is what counts.
    await sql.query(`update permission_set set grants = '[]' where ref = $1`, [set]);
    await expect(run(child.actor, allowed)).resolves.toBeDefined();
    const later = await findToken(sql, child.actor.jti);
    const now = later && toActor(later, null);
    await expect(run(now as ExecutionActor, allowed)).rejects.toMatchObject(REFUSED);
  });

  test('gets of the permission sets of its action what the token holds too', async () => {
    const given = await aPermissionSet([grant('keys', ['create', 'read'])], 'made.given');
    const action = await anAction();
    await sql.query(
      'update action set default_execution_permission_set_refs = array[$2] where ref = $1',
      [action, given.ref],
    );
    const { owner, token } = await aRestrictedToken([EXECUTE, grant('keys', ['read'])]);

    const { actor } = await run(token, action);
    expect([can(actor, 'keys:read'), can(actor, 'keys:create')]).toEqual([true, false]);
    expect(can((await run(owner, action)).actor, 'keys:create')).toBe(true);
  });

  test.each([
    ['cannot reach the keys of its owner', [EXECUTE], false],
    ['may, if the token may read every key', [EXECUTE, grant('keys', ['read', 'decrypt'])], true],
  ])('%s', async (_, bounds, isOpen) => {
    const { owner, token } = await aRestrictedToken(bounds);
    const key = await createKey(owner, {
      local_ref: 'own',
      name: 'own',
      owner_type: 'identity',
      value: SECRET,
      encrypted: true,
    });
    const action = await anAction({ param_schema: { text: { type: 'string' } } });

    const { actor, attempt } = await run(token, action, { text: `{{ key.${key.ref} }}` });
    const delivered = await deliverParameters(attempt);
    const shown = await getKey(actor, key.ref).then(
      ({ value }) => value,
      (error: unknown) => (error as { code: string }).code,
    );

    expect(delivered).toMatchObject(
      isOpen ? { ok: true, values: { text: SECRET } } : { ok: false },
    );
    expect(shown).toBe(isOpen ? SECRET : 'NOT_FOUND');
    expect((await listKeys(actor, { page: 1, page_size: 10 })).items).toHaveLength(isOpen ? 1 : 0);
  });
});
