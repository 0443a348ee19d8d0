import { describe, expect, test } from 'vitest';
import { allows, CORE_PERMISSION_SETS, covers, type Grant } from './permissions.ts';

const read = (constraints?: Grant['constraints']): Grant[] => [
  { resource: 'keys', actions: ['read'], ...(constraints && { constraints }) },
];
const ask = (grants: Grant[], target?: object) =>
  allows(grants, { resource: 'keys', action: 'read', ...(target && { target }) });

describe('grants', () => {
  test('add up, and nothing is allowed without one', () => {
    const grants: Grant[] = [...read({ refs: ['a.b'] }), { resource: 'keys', actions: ['update'] }];
    expect(ask(grants, { ref: 'a.b' })).toBe(true);
    expect(allows(grants, { resource: 'keys', action: 'update', target: {} })).toBe(true);
    expect(allows(grants, { resource: 'keys', action: 'delete' })).toBe(false);
    expect(allows([], { resource: 'keys', action: 'read' })).toBe(false);
  });

  test.each([
    [{ pack_refs: ['core'] }, { pack_ref: 'core' }, { pack_ref: 'x' }],
    [{ refs: ['a.b'] }, { ref: 'a.b' }, { ref: 'a.c' }],
    [{ ids: [1] }, { id: 1 }, { id: 2 }],
    [{ owner: 'self' as const }, { isSelf: true }, { isSelf: false }],
    [{ owner_types: ['pack'] }, { owner_type: 'pack' }, { owner_type: 'system' }],
    [{ owner_refs: ['core'] }, { owner_ref: 'core' }, {}],
    [{ visibility: ['public'] }, { visibility: 'public' }, { visibility: null }],
    [{ encrypted: true }, { encrypted: true }, { encrypted: false }],
    [{ execution_scope: 'self' as const }, { isSelf: true }, { isDescendant: true }],
    [{ execution_scope: 'descendants' as const }, { isDescendant: true }, {}],
    [{ attributes: { team: 'a' } }, { attributes: { team: 'a' } }, { attributes: { team: 'b' } }],
  ])('with %j hold for %j and not for %j', (constraints, inside, outside) => {
    expect(ask(read(constraints), inside)).toBe(true);
    expect(ask(read(constraints), outside)).toBe(false);
    expect(ask(read(constraints), {})).toBe(false);
  });

  test('need every constraint, and fail on one that nobody knows', () => {
    const both = read({ pack_refs: ['core'], encrypted: true });
    expect(ask(both, { pack_ref: 'core', encrypted: false })).toBe(false);
    expect(ask(read({ toString: 1 } as never), { pack_ref: 'core' })).toBe(false);
  });

  test('with constraints answer a question without a target: somewhere, yes', () => {
    expect(ask(read({ refs: ['a.b'] }))).toBe(true);
  });
});

describe('handing grants out', () => {
  test('is for those who hold at least as much', () => {
    expect(covers(read(), read({ refs: ['a.b'] }))).toBe(true);
    expect(covers(read({ refs: ['a.b'] }), read())).toBe(false);
    expect(covers(read({ refs: ['a.b', 'a.c'] }), read({ refs: ['a.b'] }))).toBe(true);
    expect(covers(read({ refs: ['a.b'] }), read({ refs: ['a.b', 'a.c'] }))).toBe(false);
    expect(
      covers(read({ execution_scope: 'descendants' }), read({ execution_scope: 'self' })),
    ).toBe(true);
    expect(covers([], [])).toBe(true);
  });

  test('looks at each action on its own', () => {
    const mine: Grant[] = [
      { resource: 'rules', actions: ['read'] },
      { resource: 'rules', actions: ['update'] },
    ];
    expect(covers(mine, [{ resource: 'rules', actions: ['read', 'update'] }])).toBe(true);
    expect(covers(mine, [{ resource: 'rules', actions: ['read', 'delete'] }])).toBe(false);
  });
});

describe('the core sets', () => {
  const grants = (ref: string) => CORE_PERMISSION_SETS.find((set) => set.ref === ref)?.grants ?? [];

  test.each(CORE_PERMISSION_SETS)('the administrator covers $ref', (set) => {
    expect(covers(grants('core.admin'), set.grants)).toBe(true);
  });

  test('a viewer reads and does nothing else', () => {
    expect(
      grants('core.viewer')
        .flatMap(({ actions }) => actions)
        .every((action) => action === 'read'),
    ).toBe(true);
  });

  test('the key creator stores encrypted keys of its owner only', () => {
    const target = { owner_type: 'pack', owner_ref: 'core', encrypted: true };
    const question = { resource: 'keys', action: 'create', target };
    expect(allows(grants('core.key_creator'), question)).toBe(true);
    expect(
      allows(grants('core.key_creator'), { ...question, target: { ...target, encrypted: false } }),
    ).toBe(false);
  });
});
