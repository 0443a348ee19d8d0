import { describe, expect, test } from 'vitest';
import type { Grant, GrantConstraints } from './grant.ts';
import { intersectGrants } from './intersect-grants.ts';
import { allows, covers, type PermissionTarget } from './permissions.ts';

/** Mulberry32: the same numbers for the same seed, so that a failure can be run again. */
function randomFrom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

type Random = (below: number) => number;
const some = <T>(random: Random, items: readonly T[]): T[] => items.filter(() => random(2) === 0);

function aConstraint(random: Random): GrantConstraints {
  return {
    ...(random(3) === 0 && { refs: some(random, ['a.x', 'a.y', 'b.x']) }),
    ...(random(3) === 0 && { pack_refs: some(random, ['a', 'b']) }),
    ...(random(4) === 0 && { owner: 'self' as const }),
    ...(random(4) === 0 && { encrypted: random(2) === 0 }),
    ...(random(4) === 0 && { execution_scope: random(2) === 0 ? 'self' : 'descendants' }),
    ...(random(4) === 0 && { attributes: { team: random(2), ...(random(2) === 0 && { x: 1 }) } }),
  };
}

const someGrants = (random: Random): Grant[] =>
  Array.from({ length: random(4) }, () => ({
    resource: random(2) === 0 ? 'keys' : 'rules',
    actions: some(random, ['read', 'update', 'delete']),
    ...(random(3) > 0 && { constraints: aConstraint(random) }),
  }));

function aTarget(random: Random): PermissionTarget {
  return {
    ref: ['a.x', 'a.y', 'b.x'][random(3)] ?? null,
    pack_ref: ['a', 'b'][random(2)] ?? null,
    isSelf: random(2) === 0,
    isDescendant: random(2) === 0,
    encrypted: random(2) === 0,
    attributes: { team: random(2), x: random(2) },
  };
}

describe('what two lists of grants have in common', () => {
  test('allows a thing exactly when both allow it, for 20 000 random lists and things', () => {
    let both = 0;
    const differing: string[] = [];
    for (let seed = 0; seed < 20_000; seed += 1) {
      const random = randomFrom(seed);
      const [one, other] = [someGrants(random), someGrants(random)];
      const question = {
        resource: random(2) === 0 ? 'keys' : 'rules',
        action: ['read', 'update', 'delete'][random(3)] ?? '',
        target: aTarget(random),
      };
      const expected = allows(one, question) && allows(other, question);
      both += expected ? 1 : 0;
      const result = allows(intersectGrants(one, other), question);
      if (result !== expected)
        differing.push(JSON.stringify({ seed, one, other, question, result }));
    }
    expect(differing).toEqual([]);
    expect(both).toBeGreaterThan(300);
  });

  test('can be handed out by whoever holds either, as long as constraints are lists', () => {
    for (let seed = 0; seed < 2_000; seed += 1) {
      const random = randomFrom(seed);
      const list = () =>
        someGrants(random).map(({ constraints: { attributes: _, ...kept } = {}, ...rest }) => ({
          ...rest,
          constraints: kept,
        }));
      const [one, other] = [list(), list()];
      const common = intersectGrants(one, other);
      expect([seed, covers(one, common), covers(other, common)]).toEqual([seed, true, true]);
    }
  });

  test('is nothing where constraints exclude each other, and for names that nobody knows', () => {
    const of = (constraints: object): Grant[] => [
      { resource: 'keys', actions: ['read'], constraints },
    ];
    expect(intersectGrants(of({ refs: ['a'] }), of({ refs: ['b'] }))).toEqual([]);
    expect(intersectGrants(of({ encrypted: true }), of({ encrypted: false }))).toEqual([]);
    const odd = intersectGrants(of({ odd: 1 }), [{ resource: 'keys', actions: ['read'] }]);
    expect(allows(odd, { resource: 'keys', action: 'read', target: { ref: 'a' } })).toBe(false);
  });
});
