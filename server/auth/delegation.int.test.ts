import { beforeAll, describe, expect, test } from 'vitest';
import type { Grant } from '#lib/domain/grant.ts';
import { allows } from '#lib/domain/permissions.ts';
import { AppError } from '#lib/errors.ts';
import { sql } from '#server/db/sql.ts';
import { createApiToken } from '#server/identities/api-tokens.ts';
import { assignRole, assignSet, unassignSet } from '#server/identities/assignments.ts';
import { updateIdentity } from '#server/identities/directory.ts';
import {
  addRoleToSet,
  createPermissionSet,
  updatePermissionSet,
} from '#server/identities/permission-sets.ts';
import { anIdentity, asActor, grant } from '#test/identities.ts';
import type { IdentityActor } from './actor.ts';
import { verifyIdentityToken } from './identity-token.ts';

/** Every single thing that can be allowed in this world, and a question that asks for it. */
const ATOMS = ['keys', 'rules', 'packs'].flatMap((resource) =>
  ['read', 'update', 'delete'].flatMap((action) =>
    ['a', 'b'].map((pack_ref) => ({ resource, action, target: { pack_ref } })),
  ),
);
/** What it takes to hand out at all; everybody here has it. */
const MEANS = [grant('permissions', ['read', 'manage']), grant('identities', ['read', 'update'])];
const PEOPLE = 4;
const ROLES = ['dev', 'ops'];

const atomsOf = (grants: readonly Grant[]): Set<number> =>
  new Set(ATOMS.flatMap((atom, index) => (allows(grants, atom) ? [index] : [])));

const without = (held: ReadonlySet<number>, other: ReadonlySet<number> = new Set()): number[] =>
  [...held].filter((atom) => !other.has(atom));

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
type Random = ReturnType<typeof randomFrom>;

const someGrants = (random: Random): Grant[] =>
  Array.from({ length: 1 + random(2) }, () =>
    grant(
      ['keys', 'rules', 'packs'][random(3)] ?? '',
      ['read', 'update', 'delete'].filter(() => random(2) === 0),
      random(2) === 0 ? { pack_refs: ['a', 'b'].filter(() => random(2) === 0) } : undefined,
    ),
  );

const pick = <T>(random: Random, items: readonly T[]): T => {
  const item = items[random(items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

interface World {
  readonly people: readonly number[];
  readonly service: number;
}
interface SetRow {
  readonly id: number;
  readonly ref: string;
}
const setsOf = () => sql.query<SetRow>('select id, ref from permission_set order by id');

let step = 0;

/** One try at handing something out; what came of it says the service. @returns a token that it made */
async function tryOnce(
  random: Random,
  actor: IdentityActor,
  { people, service }: World,
): Promise<string | null> {
  step += 1;
  const sets = await setsOf();
  const target = pick(random, [...people, service]);
  const set = pick(random, sets);
  const tries: (() => Promise<unknown>)[] = [
    () => createPermissionSet(actor, { ref: `made.s${step}`, grants: someGrants(random) }),
    () => updatePermissionSet(actor, set.id, { grants: someGrants(random) }),
    () => assignSet(actor, { permission_set_ref: set.ref, identity_id: target }),
    () => assignSet(actor, { permission_set_ref: set.ref, identity_id: target }),
    () => assignRole(actor, target, pick(random, ROLES)),
    () => addRoleToSet(actor, set.id, pick(random, ROLES)),
    () => takeAway(random, actor),
  ];
  if (random(8) === 0) {
    const refs = random(2) === 0 ? [set.ref] : null;
    const made = await createApiToken(actor, service, { label: 't', permission_set_refs: refs });
    return made.token;
  }
  await pick(random, tries)();
  return null;
}

async function takeAway(random: Random, actor: IdentityActor): Promise<void> {
  const rows = await sql.query<{ id: number }>(
    `select a.id from permission_assignment a join permission_set s on s.id = a.permission_set_id where s.ref like 'made.s%' and s.ref not like 'made.set%'`,
  );
  if (rows.length > 0) await unassignSet(actor, pick(random, rows).id);
}

async function holdings(world: World): Promise<Map<number, Set<number>>> {
  const all = new Map<number, Set<number>>();
  for (const id of [...world.people, world.service])
    all.set(id, atomsOf((await asActor(id)).grants));
  return all;
}

describe('handing permissions out', () => {
  let world: World;
  beforeAll(async () => {
    const random = randomFrom(7);
    const people: number[] = [];
    for (let i = 0; i < PEOPLE; i += 1)
      people.push(
        await anIdentity({ grants: [...MEANS, ...someGrants(random), ...someGrants(random)] }),
      );
    world = { people, service: await anIdentity({ passwordHash: null }) };
  });

  test('gives nobody what whoever gave it did not hold, after 600 random tries', async () => {
    const random = randomFrom(20_261_123);
    const born = new Set<number>();
    for (const held of (await holdings(world)).values()) for (const atom of held) born.add(atom);
    const came = { done: 0, refused: 0, tokens: 0, rose: 0 };
    for (let round = 0; round < 600; round += 1) {
      const before = await holdings(world);
      const giver = pick(random, world.people);
      const actor = await asActor(giver);
      const token = await tryOnce(random, actor, world).then(
        (made) => {
          came.done += 1;
          return made;
        },
        (error: unknown) => {
          if (!(error instanceof AppError)) throw error;
          came.refused += error.code === 'FORBIDDEN' ? 1 : 0;
          return null;
        },
      );
      const mine = before.get(giver) ?? new Set<number>();
      for (const [id, held] of await holdings(world)) {
        const gained = without(held, before.get(id));
        came.rose += gained.length;
        expect([round, id, gained.filter((atom) => !mine.has(atom))]).toEqual([round, id, []]);
        expect([...held].filter((atom) => !born.has(atom))).toEqual([]);
      }
      if (token === null) continue;
      came.tokens += 1;
      const shown = atomsOf((await verifyIdentityToken(token, null)).grants);
      expect([round, without(shown, mine)]).toEqual([round, []]);
    }
    // Otherwise nothing was tried.
    expect(Math.min(came.done, came.refused, came.rose)).toBeGreaterThan(20);
    expect(came.tokens).toBeGreaterThan(3);
  });

  test('includes the login of somebody who holds more', async () => {
    const actor = await asActor(await anIdentity({ grants: MEANS }));
    const [more, same] = [
      await anIdentity({ grants: [...MEANS, grant('keys', ['delete'])] }),
      await anIdentity({ grants: MEANS }),
    ];
    const body = { password: 'a password that is long enough' };
    await expect(updateIdentity(actor, more, body)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(updateIdentity(actor, same, body)).resolves.toMatchObject({ id: same });
    await expect(updateIdentity(actor, actor.identityId, body)).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('counts what the giver holds at that moment, not when they were let in', async () => {
    const id = await anIdentity({ grants: [...MEANS, grant('keys', ['delete'])] });
    const before = await asActor(id);
    await sql.query(
      `update permission_set s set grants = $2::jsonb from permission_assignment a
       where a.permission_set_id = s.id and a.identity_id = $1`,
      [id, JSON.stringify(MEANS)],
    );
    await expect(
      createPermissionSet(before, { ref: 'too.late', grants: [grant('keys', ['delete'])] }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });

  test('by a restricted token is bounded by the token', async () => {
    const id = await anIdentity({ grants: [...MEANS, grant('keys', ['delete'])] });
    const set = await createPermissionSet(await asActor(id), { ref: 'only.means', grants: MEANS });
    const { token } = await createApiToken(await asActor(id), id, {
      label: 'narrow',
      permission_set_refs: [set.ref],
    });
    const narrow = await verifyIdentityToken(token, null);
    await expect(
      createPermissionSet(narrow, { ref: 'too.much', grants: [grant('keys', ['delete'])] }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      createPermissionSet(narrow, { ref: 'just.so', grants: MEANS }),
    ).resolves.toBeDefined();
  });
});
