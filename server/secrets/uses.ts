import type { KeyUse } from '#lib/contracts/keys.ts';
import { notFound } from '#lib/errors.ts';
import { type Actor, authorize, can } from '#server/auth/actor.ts';
import { prisma } from '#server/db/prisma.ts';
import { sql } from '#server/db/sql.ts';
import { findKey } from './repository.ts';

/**
 * What refers to a key, of what the actor may see.
 *
 * @throws AppError `NOT_FOUND`, also for a key that is none of the actor's business
 */
export async function listKeyUses(actor: Actor, ref: string): Promise<KeyUse[]> {
  authorize(actor, 'keys:read');
  if ((await findKey(prisma(), actor, ref)) === null) throw notFound('key', ref);
  return (await usesOf(actor, [ref])).get(ref) ?? [];
}

/** The same for many keys that the actor may know of, in one statement. */
export async function usesOf(
  actor: Actor,
  refs: readonly string[],
): Promise<ReadonlyMap<string, KeyUse[]>> {
  const rows = await sql.query<UseRow>(USES, [refs]);
  const seen = rows.filter(({ kind, id, ref, pack_ref: packRef }) =>
    can(actor, `${kind}s:read`, { id, ref, pack_ref: packRef }),
  );
  const uses = Map.groupBy(seen, ({ key_ref: key }) => key);
  return new Map(
    [...uses].map(([key, found]) => [key, found.map(({ kind, ref }) => ({ kind, ref }))]),
  );
}

interface UseRow {
  readonly key_ref: string;
  readonly kind: KeyUse['kind'];
  readonly id: number;
  readonly ref: string;
  readonly pack_ref: string;
}

/** Written as `lib/domain/key-templates.ts` reads it; in JSON a template looks as it does in its text. */
const TEMPLATE = String.raw`\{\{\s*key\.([A-Za-z0-9_@.-]+)\s*\}\}`;

const USES = `
  select distinct m[1] as key_ref, u.kind, u.id, u.ref, u.pack_ref
  from (select 'rule' as kind, id, ref, pack_ref, action_params::text as body from rule
        union all
        select 'action', id, ref, pack_ref, param_schema::text from action) u
  cross join lateral regexp_matches(u.body, '${TEMPLATE}', 'g') m
  where u.body like '%key.%' and m[1] = any ($1::text[])
  order by key_ref, kind desc, ref`;
