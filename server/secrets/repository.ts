import type { KeyFilter } from '#lib/contracts/keys.ts';
import type { Grant } from '#lib/domain/grant.ts';
import type { Actor, ExecutionActor } from '#server/auth/actor.ts';
import { mayUseOwnersKeys } from '#server/auth/restriction.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { type Db, prisma } from '#server/db/prisma.ts';
import type { KeyFacts } from './present.ts';

/** Whose keys a run may read (contract §3). */
export interface KeyReader {
  readonly identityId: number | null;
  readonly packRef: string;
  readonly actionRef: string;
}

export const ownedBy = ({ identityId, packRef, actionRef }: KeyReader): Prisma.KeyWhereInput => ({
  OR: [
    { ownerType: 'pack', owner: packRef },
    { ownerType: 'action', owner: actionRef },
    ...(identityId === null ? [] : [{ ownerType: 'identity', ownerId: identityId }]),
  ],
});

/** A run that a restricted API token asked for reads as its owner only what the token may. */
const readerOf = ({ identityId, packRef, actionRef, restriction }: ExecutionActor): KeyReader => ({
  identityId: mayUseOwnersKeys(restriction?.grants ?? null) ? identityId : null,
  packRef,
  actionRef,
});

/** The keys that an actor may know of. */
export function readableBy(actor: Actor): Prisma.KeyWhereInput {
  switch (actor.kind) {
    case 'system':
      return {};
    case 'sensor':
      return { ownerType: 'sensor', ownerId: actor.sensorId };
    case 'execution':
      return { OR: [ownedBy(readerOf(actor)), ...grantedTo(actor)] };
    case 'identity':
      return { OR: grantedTo(actor) };
  }
}

const grantedTo = (actor: Exclude<Actor, { kind: 'system' | 'sensor' }>): Prisma.KeyWhereInput[] =>
  actor.grants
    .filter(({ resource, actions }) => resource === 'keys' && actions.includes('read'))
    .flatMap((grant) => toWhere(grant, actor) ?? []);

/** Null for a constraint that no key can satisfy. */
function toWhere({ constraints = {} }: Grant, actor: Actor): Prisma.KeyWhereInput | null {
  const { owner, owner_types, owner_refs, refs, ids, pack_refs, encrypted, ...others } =
    constraints;
  if (Object.keys(others).length > 0 || (owner !== undefined && actor.kind !== 'identity'))
    return null;
  const all: Prisma.KeyWhereInput[] = [];
  if (owner !== undefined && actor.kind === 'identity')
    all.push({ ownerType: 'identity', ownerId: actor.identityId });
  if (owner_types) all.push({ ownerType: { in: [...owner_types] } });
  if (owner_refs) all.push({ owner: { in: [...owner_refs] } });
  if (refs) all.push({ ref: { in: [...refs] } });
  if (ids) all.push({ id: { in: [...ids] } });
  if (encrypted !== undefined) all.push({ encrypted });
  if (pack_refs) {
    all.push({
      ownerType: { in: ['pack', 'action', 'sensor'] },
      OR: pack_refs.flatMap((ref) => [{ owner: ref }, { owner: { startsWith: `${ref}.` } }]),
    });
  }
  // An empty condition beside others counts for nothing in an OR; this one holds for every key.
  return all.length === 0 ? { id: { gt: 0 } } : { AND: all };
}

const whereOf = (actor: Actor, { owner_type, owner }: KeyFilter): Prisma.KeyWhereInput => ({
  AND: [
    readableBy(actor),
    { ...(owner_type && { ownerType: owner_type }), ...(owner !== undefined && { owner }) },
  ],
});

/** A list never holds a value: neither is read. */
export const listKeys = (
  actor: Actor,
  filter: KeyFilter,
  window: { skip: number; take: number },
): Promise<KeyFacts[]> =>
  prisma().key.findMany({
    where: whereOf(actor, filter),
    orderBy: { ref: 'asc' },
    omit: { value: true, ciphertext: true, keyId: true },
    ...window,
  });

export const countKeys = (actor: Actor, filter: KeyFilter): Promise<number> =>
  prisma().key.count({ where: whereOf(actor, filter) });

export const findKey = (db: Db, actor: Actor, ref: string) =>
  db.key.findFirst({ where: { AND: [{ ref }, readableBy(actor)] } });

/** Whether a run owns a key, or the platform lent it: it then reads the value without any grant. */
export function isOwnedBy(
  actor: ExecutionActor,
  key: { ownerType: string; owner: string; ownerId: number | null },
): boolean {
  const { identityId, packRef, actionRef } = readerOf(actor);
  return (
    (key.ownerType === 'pack' && key.owner === packRef) ||
    (key.ownerType === 'action' && key.owner === actionRef) ||
    (key.ownerType === 'identity' && identityId !== null && key.ownerId === identityId)
  );
}
