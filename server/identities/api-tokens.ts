import type { Success } from '#lib/contracts/common.ts';
import type {
  CreatedIntegrationToken,
  IntegrationToken,
  IntegrationTokenCreate,
} from '#lib/contracts/integration-tokens.ts';
import { intersectGrants } from '#lib/domain/intersect-grants.ts';
import { AppError, notFound, unprocessable } from '#lib/errors.ts';
import { makeApiToken } from '#server/auth/api-token.ts';
import { type Actor, authorize, can } from '#server/auth/actor.ts';
import { requireToHold } from '#server/auth/delegation.ts';
import { findIdentity, type IdentityRow } from '#server/auth/identities.ts';
import { inTransaction, type Sql, sql, type Tx } from '#server/db/sql.ts';
import * as tokens from './api-token-repository.ts';
import { recordChange } from './audit.ts';
import { changePermissions } from './change.ts';
import { findPermissionSets } from './permission-set-repository.ts';
import { presentApiToken } from './present.ts';
import { isSelf, reachIdentity } from './reach.ts';

/** @throws AppError `NOT_FOUND`, `FORBIDDEN` */
export async function listApiTokens(actor: Actor, identityId: number): Promise<IntegrationToken[]> {
  if (!isSelf(actor, identityId)) await reachIdentity(sql, actor, 'identities:read', identityId);
  return (await tokens.listApiTokens(sql, identityId)).map(presentApiToken);
}

/** An API token with the login of whose it is. */
export interface OwnedApiToken {
  readonly token: IntegrationToken;
  readonly owner: string;
}

const LISTED_MAX = 500;

/**
 * The API tokens of all whom the actor may read, those that still count first.
 *
 * @throws AppError `FORBIDDEN` when that is nobody
 */
export async function listEveryApiToken(
  actor: Actor,
  { onlyActive, who }: { readonly onlyActive: boolean; readonly who?: string | undefined },
): Promise<OwnedApiToken[]> {
  authorize(actor, 'identities:read');
  const pattern = who === undefined ? null : `%${who.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`;
  const rows = await tokens.listAllApiTokens(sql, onlyActive, pattern, LISTED_MAX);
  return rows
    .filter(({ identity_id: id, login }) => can(actor, 'identities:read', { id, ref: login }))
    .map((row) => ({ token: presentApiToken(row), owner: row.login }));
}

/**
 * A token for oneself, or for a service by somebody who may change it and holds all that the token would bring. People
 * who log in make their own: a token in somebody else's hands would let them act in that person's name.
 *
 * @throws AppError `NOT_FOUND` (identity, permission set), `FORBIDDEN`, `VALIDATION_ERROR` (an end that has passed)
 */
export const createApiToken = (
  actor: Actor,
  identityId: number,
  body: IntegrationTokenCreate,
): Promise<CreatedIntegrationToken> =>
  changePermissions(actor, async (tx, now) => {
    const identity = await ownerOf(tx, now, identityId);
    const grants = await grantsOf(tx, identity, body.permission_set_refs ?? null);
    if (!isSelf(now, identityId)) requireToHold(now, grants, `a token of '${identity.login}'`);
    const made = makeApiToken();
    const row = await tokens.insertApiToken(tx, made, {
      identityId,
      label: body.label,
      description: body.description ?? null,
      permissionSetRefs: body.permission_set_refs ?? null,
      expiresAt: body.expires_at ?? null,
      createdBy: now.kind === 'identity' ? now.identityId : null,
    });
    if (row === null) {
      throw unprocessable('The token was not made.', [
        { path: 'body.expires_at', message: 'is in the past' },
      ]);
    }
    await record(tx, now, 'api_token.created', row, identity.login);
    return { integration_token: presentApiToken(row), token: made.token };
  });

async function ownerOf(tx: Tx, actor: Actor, identityId: number): Promise<IdentityRow> {
  if (isSelf(actor, identityId)) {
    requireLogin(actor);
    const identity = await findIdentity(tx, identityId);
    if (identity === null) throw notFound('identity', identityId);
    return identity;
  }
  const identity = await reachIdentity(tx, actor, 'identities:update', identityId);
  if (identity.password_hash !== null) {
    throw new AppError(
      'FORBIDDEN',
      `'${identity.login}' logs in with a password and makes their own tokens. Make a service, an identity without a password, for what acts by itself.`,
    );
  }
  return identity;
}

/** A token that makes tokens of its own kind would outlive its end through them. */
function requireLogin(actor: Actor): void {
  if (actor.kind !== 'identity' || actor.via !== 'api_token') return;
  throw new AppError(
    'FORBIDDEN',
    'An API token cannot make or end tokens of its own identity. Log in to do so.',
  );
}

async function grantsOf(on: Sql, identity: IdentityRow, refs: readonly string[] | null) {
  if (refs === null) return identity.grants;
  const sets = await findPermissionSets(on, refs);
  const missing = refs.find((ref) => !sets.some((set) => set.ref === ref));
  if (missing !== undefined) throw notFound('permission set', missing);
  return intersectGrants(
    identity.grants,
    sets.flatMap(({ grants }) => grants),
  );
}

/** Ends a token; its next call is refused. Repeating it changes nothing. */
export const revokeApiToken = (
  actor: Actor,
  identityId: number,
  tokenId: number,
  reason: string | null,
): Promise<IntegrationToken> =>
  inTransaction(async (tx) => {
    const login = await authorizeEnd(tx, actor, identityId);
    const by = actor.kind === 'identity' ? actor.identityId : null;
    const row = await tokens.revokeApiToken(tx, identityId, tokenId, { by, reason });
    if (row !== null) {
      await record(tx, actor, 'api_token.revoked', row, login);
      return presentApiToken(row);
    }
    const known = await tokens.findApiToken(tx, identityId, tokenId);
    if (known === null) throw notFound('API token', tokenId);
    return presentApiToken(known);
  });

/** Ends a token and takes it out of the list; the audit log keeps its name. */
export const deleteApiToken = (
  actor: Actor,
  identityId: number,
  tokenId: number,
): Promise<Success> =>
  inTransaction(async (tx) => {
    const login = await authorizeEnd(tx, actor, identityId);
    const row = await tokens.deleteApiToken(tx, identityId, tokenId);
    if (row === null) throw notFound('API token', tokenId);
    await record(tx, actor, 'api_token.deleted', row, login);
    return { success: true, message: `The token '${row.label}' is deleted.` };
  });

async function authorizeEnd(tx: Tx, actor: Actor, identityId: number): Promise<string> {
  if (!isSelf(actor, identityId))
    return (await reachIdentity(tx, actor, 'identities:update', identityId)).login;
  requireLogin(actor);
  return actor.kind === 'identity' ? actor.login : '';
}

const record = (
  tx: Tx,
  actor: Actor,
  eventType: string,
  row: tokens.ApiTokenRow,
  login: string,
): Promise<void> =>
  recordChange(
    tx,
    actor,
    eventType,
    { type: 'api_token', id: row.id, ref: row.label },
    {
      owner: login,
      handle: row.handle,
      ...(row.is_restricted && { permission_set_refs: row.permission_set_refs }),
      ...(row.expires_at !== null && { expires_at: row.expires_at.toISOString() }),
      ...(row.revocation_reason !== null && { reason: row.revocation_reason }),
    },
  );
