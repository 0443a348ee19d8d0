import type { PageOf, PageQuery, Success } from '#lib/contracts/common.ts';
import type {
  Identity,
  IdentityCreate,
  IdentitySummary,
  IdentityUpdate,
} from '#lib/contracts/identities.ts';
import type { PermissionAssignment } from '#lib/contracts/permissions.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { requireToHold } from '#server/auth/delegation.ts';
import type { IdentityRow } from '#server/auth/identities.ts';
import { hashPassword } from '#server/auth/password.ts';
import { type Sql, sql, type Tx } from '#server/db/sql.ts';
import { pageWindow, toPage } from '#server/http/paging.ts';
import { identityResource, recordChange } from './audit.ts';
import { changePermissions } from './change.ts';
import { setFrozen } from './freeze.ts';
import { presentIdentity, presentIdentitySummary } from './present.ts';
import { authorizeOn, isSelf, reachIdentity } from './reach.ts';
import * as identities from './repository.ts';
import { writePassword } from './sessions.ts';

/** People and services by login; whoever may read only some sees those. */
export async function listIdentities(
  actor: Actor,
  query: PageQuery,
): Promise<PageOf<IdentitySummary>> {
  authorize(actor, 'identities:read');
  const window = pageWindow(query);
  const bounds = boundsOf(actor);
  const [rows, total] = await Promise.all([
    identities.listIdentities(sql, bounds, window),
    query.include_total === false ? null : identities.countIdentities(sql, bounds),
  ]);
  return toPage(rows, window, presentIdentitySummary, { total });
}

/** A grant with a constraint that no identity can be asked for shows nothing. */
const KNOWN = new Set(['ids', 'refs']);

function boundsOf(actor: Actor): identities.IdentityBounds[] {
  if (actor.kind === 'system') return [{}];
  if (actor.kind === 'sensor') return [];
  return actor.grants
    .filter(({ resource, actions }) => resource === 'identities' && actions.includes('read'))
    .map(({ constraints = {} }) => constraints)
    .filter((constraints) => Object.keys(constraints).every((name) => KNOWN.has(name)));
}

/** @throws AppError `NOT_FOUND`, `FORBIDDEN` */
export async function getIdentity(actor: Actor, id: number): Promise<Identity> {
  authorize(actor, 'identities:read');
  return read(sql, actor, id);
}

async function read(on: Sql, actor: Actor, id: number): Promise<Identity> {
  const row = await identities.findIdentityDetail(on, id);
  if (row === null) throw notFound('identity', id);
  authorizeOn(actor, 'identities:read', row);
  return presentIdentity(row);
}

export async function listIdentityPermissions(
  actor: Actor,
  id: number,
): Promise<PermissionAssignment[]> {
  return (await getIdentity(actor, id)).direct_permissions;
}

/**
 * A person, or without a password a service. It holds nothing until somebody assigns it something.
 *
 * @throws AppError `CONFLICT` when the login is taken, in whatever case
 */
export async function createIdentity(actor: Actor, body: IdentityCreate): Promise<Identity> {
  authorize(actor, 'identities:create');
  const passwordHash = await hashOrNull(body.password);
  return changePermissions(actor, async (tx, now) => {
    authorize(now, 'identities:create', { ref: body.login });
    const id = await identities.insertIdentity(tx, {
      login: body.login,
      displayName: body.display_name ?? null,
      attributes: body.attributes ?? {},
      passwordHash,
    });
    if (id === null)
      throw new AppError('CONFLICT', `Somebody has the login '${body.login}'. Choose another.`);
    await recordChange(tx, now, 'identity.created', identityResource({ id, login: body.login }), {
      has_password: passwordHash !== null,
    });
    return present(tx, id);
  });
}

const hashOrNull = async (password: string | null | undefined): Promise<string | null> =>
  password === null || password === undefined ? null : hashPassword(password);

/** What a change answers: the actor just made it, so there is nothing to hide. */
async function present(tx: Tx, id: number): Promise<Identity> {
  const row = await identities.findIdentityDetail(tx, id);
  if (row === null) throw notFound('identity', id);
  return presentIdentity(row);
}

/** @throws AppError `NOT_FOUND`, `FORBIDDEN`, `CONFLICT` */
export async function updateIdentity(
  actor: Actor,
  id: number,
  body: IdentityUpdate,
): Promise<Identity> {
  authorize(actor, 'identities:update');
  const hash = await hashOrNull(body.password);
  return changePermissions(actor, async (tx, now) => {
    const identity = await reachIdentity(tx, now, 'identities:update', id);
    await changeProfile(tx, now, identity, body);
    if (hash !== null) await changePasswordOf(tx, now, identity, hash);
    if (typeof body.frozen === 'boolean') await setFrozen(tx, now, identity, body.frozen);
    return present(tx, id);
  });
}

async function changeProfile(
  tx: Tx,
  actor: Actor,
  identity: IdentityRow,
  { display_name: displayName, attributes }: IdentityUpdate,
): Promise<void> {
  const hasName = displayName !== null && displayName !== undefined;
  const hasAttributes = attributes !== null && attributes !== undefined;
  if (!hasName && !hasAttributes) return;
  await tx.query(
    `update identity set display_name = case when $2 then nullif($3, '') else display_name end,
       attributes = coalesce($4::jsonb, attributes), updated = now() where id = $1`,
    [identity.id, hasName, displayName ?? null, hasAttributes ? JSON.stringify(attributes) : null],
  );
  await recordChange(tx, actor, 'identity.updated', identityResource(identity), {
    changed: [...(hasName ? ['display_name'] : []), ...(hasAttributes ? ['attributes'] : [])],
  });
}

/** Who sets a password can log in with it: they need to hold what they would get. */
async function changePasswordOf(
  tx: Tx,
  actor: Actor,
  identity: IdentityRow,
  hash: string,
): Promise<void> {
  if (isSelf(actor, identity.id)) {
    throw new AppError(
      'CONFLICT',
      'Your own password is changed with the one you have, by POST /auth/change-password.',
    );
  }
  requireToHold(actor, identity.grants, `the login of '${identity.login}'`);
  await writePassword(tx, identity.id, hash);
  await recordChange(tx, actor, 'identity.password_set', identityResource(identity));
}

/**
 * An identity that nothing is done in the name of any more. Freezing is the way to stop one that is still at work.
 *
 * @throws AppError `CONFLICT` when it still owns rules, keys or unfinished executions, for oneself and the last administrator
 */
export const deleteIdentity = (actor: Actor, id: number): Promise<Success> =>
  changePermissions(actor, async (tx, now) => {
    const identity = await reachIdentity(tx, now, 'identities:delete', id);
    if (isSelf(now, id))
      throw new AppError('CONFLICT', 'You cannot delete yourself. Ask another administrator.');
    const owned = Object.entries(await identities.countPossessions(tx, id))
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${count} ${kind}`);
    if (owned.length > 0) {
      throw new AppError(
        'CONFLICT',
        `'${identity.login}' still owns ${owned.join(', ')}. Freeze it, or delete those first.`,
        { details: { owned } },
      );
    }
    await tx.query(
      `update token set ended_at = clock_timestamp(), end_reason = 'revoked' where identity_id = $1 and ended_at is null`,
      [id],
    );
    await tx.query('delete from identity where id = $1', [id]);
    await recordChange(tx, now, 'identity.deleted', identityResource(identity));
    return { success: true, message: `'${identity.login}' is deleted.` };
  });
