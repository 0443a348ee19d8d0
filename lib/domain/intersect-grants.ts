import type { Grant, GrantConstraints } from './grant.ts';
import { jsonEquals } from './json.ts';

/** Exactly what both lists allow: neither can add anything to the other. */
export const intersectGrants = (one: readonly Grant[], other: readonly Grant[]): Grant[] =>
  one.flatMap((mine) => other.flatMap((theirs) => common(mine, theirs) ?? []));

function common(mine: Grant, theirs: Grant): Grant | null {
  if (mine.resource !== theirs.resource) return null;
  const actions = mine.actions.filter((action) => theirs.actions.includes(action));
  const constraints = bothHold(mine.constraints, theirs.constraints);
  if (actions.length === 0 || constraints === null) return null;
  const isBound = Object.keys(constraints).length > 0;
  return { resource: mine.resource, actions, ...(isBound && { constraints }) };
}

type Bag = Readonly<Record<string, unknown>>;

/** Null when nothing can hold both. */
function bothHold(
  mine: GrantConstraints | undefined,
  theirs: GrantConstraints | undefined,
): GrantConstraints | null {
  const [left, right]: [Bag, Bag] = [{ ...mine }, { ...theirs }];
  const entries: [string, unknown][] = [];
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const value = narrower(name, left[name], right[name]);
    if (value === undefined) return null;
    entries.push([name, value]);
  }
  return Object.fromEntries(entries) as GrantConstraints;
}

/** What one constraint becomes when both are meant; undefined when they exclude each other. */
function narrower(name: string, mine: unknown, theirs: unknown): unknown {
  if (mine === undefined) return theirs;
  if (theirs === undefined) return mine;
  if (Array.isArray(mine) && Array.isArray(theirs)) {
    const both = mine.filter((item) => theirs.includes(item));
    return both.length === 0 ? undefined : both;
  }
  if (name === 'execution_scope' && mine !== theirs)
    return [mine, theirs].every((scope) => scope === 'self' || scope === 'descendants')
      ? 'self'
      : undefined;
  if (name === 'attributes') return bothAttributes(mine as Bag, theirs as Bag);
  return jsonEquals(mine, theirs) ? mine : undefined;
}

function bothAttributes(mine: Bag, theirs: Bag): Bag | undefined {
  const differ = Object.keys(mine).some(
    (name) => Object.hasOwn(theirs, name) && !jsonEquals(mine[name], theirs[name]),
  );
  return differ ? undefined : { ...mine, ...theirs };
}
