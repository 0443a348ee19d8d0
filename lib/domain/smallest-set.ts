import { allows, CORE_PERMISSION_SETS } from './permissions.ts';

/** The set that comes with every installation and brings the least besides; null: none holds it. */
export function smallestSetWith(permission: string): string | null {
  const [resource = '', action = ''] = permission.split(':');
  // What changes something weighs more than all that only reads.
  const weightOf = ({ grants }: (typeof CORE_PERMISSION_SETS)[number]) =>
    grants.reduce(
      (weight, { actions }) =>
        weight + actions.reduce((sum, one) => sum + (one === 'read' ? 1 : 1_000), 0),
      0,
    );
  const [smallest] = CORE_PERMISSION_SETS.filter(({ grants }) =>
    allows(grants, { resource, action }),
  ).toSorted((one, other) => weightOf(one) - weightOf(other));
  return smallest?.ref ?? null;
}
