import type { KeyCreate, OwnerType } from '#lib/contracts/keys.ts';
import { LOCAL_KEY_REF } from '#lib/domain/refs.ts';
import { notFound, unprocessable } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Db } from '#server/db/prisma.ts';

export interface Owner {
  readonly type: OwnerType;
  /** Ref or login; empty for the system. */
  readonly ref: string;
  readonly id: number | null;
}

interface Named {
  readonly id: number | null | undefined;
  readonly ref: string | null | undefined;
}

/** @throws AppError `NOT_FOUND` when there is no such owner, `VALIDATION_ERROR` when none is named */
export async function findOwner(db: Db, actor: Actor, body: KeyCreate): Promise<Owner> {
  const type = body.owner_type;
  if (type === 'system') return { type, ref: '', id: null };
  const named =
    nameOf(body) ??
    (type === 'identity' && actor.kind === 'identity' ? { id: actor.identityId, ref: null } : null);
  if (named === null) {
    throw unprocessable(`A key of a ${type} needs its owner.`, [
      { path: 'body.owner', message: `names the ${type} that owns the key` },
    ]);
  }
  const found = await FIND[type](db, named);
  if (found === null) throw notFound(type, named.ref ?? named.id ?? '');
  return { type, ...found };
}

function nameOf(body: KeyCreate): Named | null {
  const named: Record<OwnerType, Named> = {
    system: { id: null, ref: null },
    identity: { id: body.owner_identity, ref: null },
    pack: { id: body.owner_pack, ref: body.owner_pack_ref },
    action: { id: body.owner_action, ref: body.owner_action_ref },
    sensor: { id: body.owner_sensor, ref: body.owner_sensor_ref },
  };
  const { id, ref } = named[body.owner_type];
  const name = ref ?? body.owner;
  return (id ?? name) === undefined || (id ?? name) === null ? null : { id, ref: name };
}

type Found = { id: number; ref: string } | null;

const by = ({ id, ref }: Named) => (ref === null || ref === undefined ? { id: id ?? 0 } : { ref });
const select = { id: true, ref: true } as const;

const FIND: Record<Exclude<OwnerType, 'system'>, (db: Db, named: Named) => Promise<Found>> = {
  identity: async (db, { id, ref }) => {
    const row = await db.identity.findFirst({
      where: ref === null || ref === undefined ? { id: id ?? 0 } : { login: ref },
      select: { id: true, login: true },
    });
    return row && { id: row.id, ref: row.login };
  },
  pack: (db, named) => db.pack.findFirst({ where: by(named), select }),
  action: (db, named) => db.action.findFirst({ where: by(named), select }),
  sensor: (db, named) => db.sensor.findFirst({ where: by(named), select }),
};

const CANONICAL = /^(?:system|identity|pack|action|sensor)\./;

/** The stored ref and the owner's own name of a new key. */
export function nameKey(
  body: Pick<KeyCreate, 'ref' | 'local_ref'>,
  owner: Owner,
): { ref: string; localRef: string } {
  const prefix = owner.type === 'system' ? 'system.' : `${owner.type}.${owner.ref}.`;
  if (body.local_ref !== undefined)
    return { ref: prefix + body.local_ref, localRef: body.local_ref };
  const ref = body.ref ?? '';
  const local = ref.startsWith(prefix) ? ref.slice(prefix.length) : '';
  if (LOCAL_KEY_REF.test(local)) return { ref, localRef: local };
  // Somebody else's canonical ref must stay theirs to take.
  if (CANONICAL.test(ref)) {
    throw unprocessable(`The ref '${ref}' is not one of this owner.`, [
      { path: 'body.ref', message: `begins with '${prefix}', or leave it out and give local_ref` },
    ]);
  }
  return { ref, localRef: ref };
}
