import type { Grant } from '#lib/domain/grant.ts';
import { intersectGrants } from '#lib/domain/intersect-grants.ts';

/** What a restricted API token leaves of its owner's permissions: to itself and to every run that comes from it. */
export interface Restriction {
  /** Permission sets; what they grant now is what counts. */
  readonly refs: readonly string[];
  readonly grants: readonly Grant[];
}

/** SQL: what the sets of a restriction grant; null when there is none. */
export const boundsOf = (refs: string): string =>
  `case when ${refs} is not null then coalesce((select jsonb_agg(g) from permission_set s, jsonb_array_elements(s.grants) g
     where s.ref = any (${refs})), '[]') end`;

/** What somebody holds within a restriction, if there is one. */
export const boundedBy = (
  grants: readonly Grant[],
  refs: readonly string[] | null,
  bounds: readonly Grant[] | null,
): { grants: readonly Grant[]; restriction?: Restriction } =>
  refs === null || bounds === null
    ? { grants }
    : { grants: intersectGrants(grants, bounds), restriction: { refs, grants: bounds } };

/**
 * Whether a run may use the keys that its owner has as a person. A restricted one only if its bounds let it read the
 * value of any key: which keys narrower ones mean, they say in terms of people.
 *
 * @param bounds null: the run is not restricted
 */
export const mayUseOwnersKeys = (bounds: readonly Grant[] | null): boolean =>
  bounds === null ||
  ['read', 'decrypt'].every((action) =>
    bounds.some(
      ({ resource, actions, constraints }) =>
        resource === 'keys' &&
        actions.includes(action) &&
        Object.keys(constraints ?? {}).length === 0,
    ),
  );
