import { describe, expect, test } from 'vitest';
import type { JsonValue } from '#lib/domain/json.ts';
import {
  addNode,
  type GroupNode,
  problemsOf,
  readValue,
  removeNode,
  toConditions,
  toModel,
  updateNode,
} from './condition-model.ts';

const test502 = { field: 'status_code', operator: 'in', value: [502, 503] };
const test3 = { field: 'consecutive', operator: 'gte', value: 3 };
const model = (conditions: JsonValue): GroupNode => {
  const root = toModel(conditions);
  if (root === null) throw new Error('no model');
  return root;
};

describe('conditions', () => {
  test.each<[string, JsonValue]>([
    ['a list', [test502, test3]],
    ['any', { any: [test502, test3] }],
    ['a negation', [test502, { not: test3 }]],
    ['a negated group', [{ not: { all: [test502, test3] } }]],
    ['a negated choice', [{ not: { any: [test502, test3] } }]],
    ['nested groups', { any: [{ all: [test502, { any: [test3, test502] }] }, test3] }],
    ['a test without a value', [{ field: 'host', operator: 'exists' }]],
    ['nothing', []],
  ])('come out of the builder as they went in: %s', (_, conditions) => {
    expect(toConditions(model(conditions))).toEqual(conditions);
  });

  test('that always hold are one empty group, however they are written', () => {
    for (const conditions of [null, {}, []]) expect(toConditions(model(conditions))).toEqual([]);
  });

  test('{all} and a lone test become the list that means the same', () => {
    expect(toConditions(model({ all: [test3] }))).toEqual([test3]);
    expect(toConditions(model(test3))).toEqual([test3]);
  });

  test.each<[string, JsonValue]>([
    ['an expression', { expression: 'event.payload.x > 3' }],
    ['an unknown operator', [{ field: 'a', operator: 'resembles', value: 1 }]],
    ['a key that the builder would lose', [{ ...test3, note: 'why' }]],
    ['a scalar', 'yes'],
  ])('that the builder cannot show stay text: %s', (_, conditions) => {
    expect(toModel(conditions)).toBeNull();
  });

  test('get different ids for different lines', () => {
    const root = model({ any: [{ all: [test502, test3] }, { not: test3 }] });
    const ids: string[] = [];
    const walk = (node: GroupNode['children'][number]): void => {
      ids.push(node.id);
      if (node.kind === 'group') node.children.map(walk);
    };
    walk(root);
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('readValue', () => {
  test('takes JSON as JSON and everything else as text', () => {
    expect(readValue('3')).toBe(3);
    expect(readValue('"3"')).toBe('3');
    expect(readValue('[502]')).toEqual([502]);
    expect(readValue('checkout')).toBe('checkout');
    expect(readValue('{oops')).toBe('{oops');
  });
});

describe('the tree', () => {
  test('loses a group with its last line, and never its root', () => {
    const root = model([{ not: test3 }]);
    expect(removeNode(root, 'root.0.0')).toEqual({ ...root, children: [] });
  });

  test('changes one line and leaves the others the same objects', () => {
    const root = model([test502, test3]);
    const changed = updateNode(root, 'root.1', (node) =>
      node.kind === 'test' ? { ...node, valueText: '4' } : node,
    );
    expect(toConditions(changed)).toEqual([test502, { ...test3, value: 4 }]);
    expect(changed.children[0]).toBe(root.children[0]);
  });

  test('takes a line into the group that is named', () => {
    const root = model([{ any: [test502] }]);
    const node = {
      kind: 'test',
      id: 'new-1',
      field: 'a',
      operator: 'equals',
      valueText: 'b',
    } as const;
    expect(toConditions(addNode(root, 'root.0', node))).toEqual([
      { any: [test502, { field: 'a', operator: 'equals', value: 'b' }] },
    ]);
  });
});

describe('problemsOf', () => {
  test('names the unfinished lines', () => {
    const root = model([
      { field: '', operator: 'equals', value: 1 },
      { field: 'a', operator: 'in', value: 3 },
      { field: 'b', operator: 'exists' },
      { field: 'c', operator: 'equals' },
    ]);
    expect(Object.keys(problemsOf(root))).toEqual(['root.0', 'root.1', 'root.3']);
  });
});

test('a line that was only just added asks nothing yet, and a group of such neither', () => {
  const root = model([test502]);
  const blank = { kind: 'test', field: '', operator: 'equals', valueText: ' ' } as const;
  const added = addNode(addNode(root, 'root', { ...blank, id: 'a' }), 'root', {
    kind: 'group',
    id: 'b',
    mode: 'any',
    children: [{ ...blank, id: 'c' }],
  });
  expect(toConditions(added)).toEqual([test502]);
  expect(Object.keys(problemsOf(added))).toEqual(['a', 'c']);
});
