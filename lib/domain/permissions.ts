import type { Grant, GrantConstraints } from './grant.ts';
import { jsonEquals, type JsonValue } from './json.ts';

export { CORE_PERMISSION_SETS, type CorePermissionSet } from './core-permission-sets.ts';
export type { Grant, GrantConstraints } from './grant.ts';

/** What is known of the thing that is asked about; an unknown fact satisfies no constraint. */
export interface PermissionTarget {
  readonly pack_ref?: string | null;
  readonly ref?: string | null;
  readonly id?: number | null;
  readonly owner_type?: string | null;
  readonly owner_ref?: string | null;
  readonly visibility?: string | null;
  readonly encrypted?: boolean;
  /** It is the caller's own: their key, their execution. */
  readonly isSelf?: boolean;
  /** It is an execution below the caller's own. */
  readonly isDescendant?: boolean;
  readonly attributes?: Readonly<Record<string, JsonValue>>;
}

export interface PermissionQuestion {
  readonly resource: string;
  readonly action: string;
  readonly target?: PermissionTarget;
}

/**
 * Whether one of the grants allows it for this target. Without a target: whether any grant allows it
 * at all, whatever its constraints; the caller then has to ask again for each thing it touches.
 */
export function allows(grants: readonly Grant[], question: PermissionQuestion): boolean {
  const { resource, action, target } = question;
  return grants.some(
    (grant) =>
      grant.resource === resource &&
      grant.actions.includes(action) &&
      (target === undefined || satisfies(grant.constraints, target)),
  );
}

/**
 * Whether somebody who holds `grants` may hand out `others`: every action of every other grant is
 * held by one grant that is bound by no more constraints.
 */
export function covers(grants: readonly Grant[], others: readonly Grant[]): boolean {
  return others.every((other) =>
    other.actions.every((action) =>
      grants.some(
        (grant) =>
          grant.resource === other.resource &&
          grant.actions.includes(action) &&
          isWithin(other.constraints, grant.constraints),
      ),
    ),
  );
}

const among = (list: unknown, value: unknown): boolean =>
  Array.isArray(list) && value !== undefined && value !== null && list.includes(value);

/** A name that is no own key here is a constraint we do not know, and fails. */
const HOLDS: Record<
  keyof GrantConstraints,
  (wanted: unknown, target: PermissionTarget) => boolean
> = {
  pack_refs: (wanted, target) => among(wanted, target.pack_ref),
  refs: (wanted, target) => among(wanted, target.ref),
  ids: (wanted, target) => among(wanted, target.id),
  owner: (wanted, target) => wanted === 'self' && target.isSelf === true,
  owner_types: (wanted, target) => among(wanted, target.owner_type),
  owner_refs: (wanted, target) => among(wanted, target.owner_ref),
  visibility: (wanted, target) => among(wanted, target.visibility),
  execution_scope: (wanted, target) =>
    (target.isSelf === true && (wanted === 'self' || wanted === 'descendants')) ||
    (target.isDescendant === true && wanted === 'descendants'),
  encrypted: (wanted, target) => wanted === target.encrypted,
  attributes: (wanted, target) =>
    Object.entries((wanted ?? {}) as Record<string, JsonValue>).every(
      ([name, value]) =>
        target.attributes !== undefined &&
        Object.hasOwn(target.attributes, name) &&
        jsonEquals(target.attributes[name], value),
    ),
};

function satisfies(constraints: GrantConstraints | undefined, target: PermissionTarget): boolean {
  return Object.entries(constraints ?? {}).every(
    ([name, wanted]) =>
      Object.hasOwn(HOLDS, name) && HOLDS[name as keyof GrantConstraints](wanted, target),
  );
}

/** True when whatever `inner` allows, `outer` allows too. */
function isWithin(
  inner: GrantConstraints | undefined,
  outer: GrantConstraints | undefined,
): boolean {
  const narrow: Readonly<Record<string, unknown>> = { ...inner };
  return Object.entries(outer ?? {}).every(([name, wide]) => {
    const own = Object.hasOwn(narrow, name) ? narrow[name] : undefined;
    if (own === undefined) return false;
    if (name === 'execution_scope')
      return own === wide || (own === 'self' && wide === 'descendants');
    if (Array.isArray(wide) && Array.isArray(own)) return own.every((item) => wide.includes(item));
    return jsonEquals(own, wide);
  });
}
