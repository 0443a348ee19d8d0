import type { Found } from '#lib/contracts/search.ts';
import { sql } from '#server/db/sql.ts';

/** The tables of things that have a name. They hold what is configured, so they are small enough to be looked through. */
const NAMED = ['action', 'rule', 'trigger', 'sensor', 'pack'] as const;
export type NamedKind = (typeof NAMED)[number];

interface Named {
  readonly kind: NamedKind;
  readonly id: number;
  readonly ref: string;
  readonly label: Found['label'];
  readonly pack_ref: string | null;
}

/** Things whose ref or label has these words in it, the best of each kind first: the name itself, then its beginning. */
export async function findNamed(
  words: string,
  kinds: readonly NamedKind[],
  limit: number,
): Promise<Named[]> {
  if (kinds.length === 0) return [];
  const parts = kinds.map(
    (kind) => `(
      select '${kind}' as kind, id, ref, label, ${kind === 'pack' ? 'ref' : 'pack_ref'} as pack_ref from "${kind}"
      where position(lower($1) in lower(ref)) > 0 or position(lower($1) in lower(label)) > 0
      order by case when lower(ref) = lower($1) then 0
                    when starts_with(lower(ref), lower($1)) then 1
                    when position('.' || lower($1) in lower(ref)) > 0 then 2
                    when position(lower($1) in lower(ref)) > 0 then 3 else 4 end, ref
      limit $2)`,
  );
  return sql.query<Named>(parts.join(' union all '), [words, limit]);
}

export async function findExecutionById(id: number): Promise<Found[]> {
  return sql.query<Found>(
    `select 'execution' as kind, id::text as ref, action_ref || ', ' || status as label from execution where id = $1`,
    [id],
  );
}

/** The newest runs of a trace. */
export async function findExecutionsByTrace(traceTag: string, limit: number): Promise<Found[]> {
  return sql.query<Found>(
    `select 'execution' as kind, id::text as ref, action_ref || ', ' || status as label
     from execution where trace_tag = $1 order by id desc limit $2`,
    [traceTag, limit],
  );
}
