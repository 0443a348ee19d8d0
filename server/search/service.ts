import type { z } from 'zod';
import type { Found, searchEverything } from '#lib/contracts/search.ts';
import { type Actor, can } from '#server/auth/actor.ts';
import {
  findExecutionById,
  findExecutionsByTrace,
  findNamed,
  type NamedKind,
} from './repository.ts';

const READS: Readonly<Record<NamedKind, `${string}:read`>> = {
  action: 'actions:read',
  rule: 'rules:read',
  trigger: 'triggers:read',
  sensor: 'sensors:read',
  pack: 'packs:read',
};

/** Runs by id or trace tag, everything else by name; of each kind only what the actor may read. */
export async function searchFor(
  actor: Actor,
  { q, limit }: z.output<typeof searchEverything.query>,
): Promise<Found[]> {
  const kinds = (Object.keys(READS) as NamedKind[]).filter((kind) => can(actor, READS[kind]));
  const id = /^#?([1-9]\d{0,14})$/.exec(q)?.[1];
  const [runs, named] = await Promise.all([
    can(actor, 'executions:read')
      ? id === undefined
        ? findExecutionsByTrace(q, limit)
        : findExecutionById(Number(id))
      : [],
    findNamed(q, kinds, limit),
  ]);
  const seen = named.filter(({ kind, id: known, ref, pack_ref }) =>
    can(actor, READS[kind], { id: known, ref, pack_ref }),
  );
  return [...runs, ...seen.map(({ kind, ref, label }) => ({ kind, ref, label }))];
}
