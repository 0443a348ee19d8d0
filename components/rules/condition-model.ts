import { CONDITION_OPERATORS, type ConditionOperator } from '#lib/domain/conditions/operators.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';

export type Operator = ConditionOperator;

export type GroupMode = 'all' | 'any' | 'not';

/** One line of the builder. `valueText` is JSON, or plain text for a string. */
export interface TestNode {
  readonly kind: 'test';
  readonly id: string;
  readonly field: string;
  readonly operator: Operator;
  readonly valueText: string;
}

export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly mode: GroupMode;
  readonly children: readonly ConditionNode[];
}

export type ConditionNode = TestNode | GroupNode;

const isOperator = (value: unknown): value is Operator =>
  CONDITION_OPERATORS.some((operator) => operator === value);

/** `exists` asks nothing but the field. */
export const takesValue = (operator: Operator): boolean =>
  operator !== 'exists' && operator !== 'not_exists';

/**
 * What the builder shows for a rule's conditions.
 *
 * @returns null for what it has no form for (expressions, own inventions): that stays text
 */
export function toModel(conditions: JsonValue | undefined): GroupNode | null {
  if (conditions === null || conditions === undefined) return group('root', 'all', []);
  if (isJsonObject(conditions) && Object.keys(conditions).length === 0)
    return group('root', 'all', []);
  const node = nodeOf(conditions, 'root');
  if (node === null) return null;
  return node.kind === 'group' && node.mode !== 'not'
    ? node
    : group('root', 'all', [withId(node, 'root.0')]);
}

const group = (id: string, mode: GroupMode, children: readonly ConditionNode[]): GroupNode => ({
  kind: 'group',
  id,
  mode,
  children,
});

const withId = (node: ConditionNode, id: string): ConditionNode => ({ ...node, id });

// Ids come from the place, so that server and browser agree on them; nodes added later get a number of their own.
function nodeOf(value: JsonValue, id: string): ConditionNode | null {
  if (Array.isArray(value)) return groupOf('all', value, id);
  if (!isJsonObject(value)) return null;
  const keys = Object.keys(value);
  if (keys.length === 1 && Array.isArray(value['all'])) return groupOf('all', value['all'], id);
  if (keys.length === 1 && Array.isArray(value['any'])) return groupOf('any', value['any'], id);
  if (keys.length === 1 && value['not'] !== undefined) return negationOf(value['not'], id);
  return testOf(value, keys, id);
}

function groupOf(mode: GroupMode, items: readonly JsonValue[], id: string): GroupNode | null {
  const children = items.map((item, index) => nodeOf(item, `${id}.${index}`));
  return children.every((child) => child !== null) ? group(id, mode, children) : null;
}

function negationOf(inner: JsonValue, id: string): GroupNode | null {
  const child = nodeOf(inner, `${id}.0`);
  if (child === null) return null;
  // not(all(…)) is shown as one group with several lines.
  return child.kind === 'group' && child.mode === 'all'
    ? group(id, 'not', child.children)
    : group(id, 'not', [child]);
}

function testOf(value: JsonObject, keys: readonly string[], id: string): TestNode | null {
  const { field, operator } = value;
  const isKnown = keys.every((key) => key === 'field' || key === 'operator' || key === 'value');
  if (typeof field !== 'string' || !isOperator(operator) || !isKnown) return null;
  return { kind: 'test', id, field, operator, valueText: showValue(value['value']) };
}

const showValue = (value: JsonValue | undefined): string =>
  value === undefined ? '' : JSON.stringify(value);

/** `3`, `true` and `[1]` are JSON; anything else is text, with or without quotes. */
export function readValue(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    return text;
  }
}

/** Whether anything was said in it: a line that was only just added, and a group of such, asks nothing yet. */
export const isBegun = (node: ConditionNode): boolean =>
  node.kind === 'test'
    ? node.field.trim() !== '' || node.valueText.trim() !== ''
    : node.children.some(isBegun);

/** The conditions as the API takes them: a list where all must hold, groups where it needs them. */
export function toConditions(root: GroupNode): JsonValue {
  const items = root.children.filter(isBegun).map(conditionOf);
  // `any` of nothing never matches; a builder without lines means every event.
  return root.mode === 'any' && items.length > 0 ? { any: items } : items;
}

function conditionOf(node: ConditionNode): JsonValue {
  if (node.kind === 'test') {
    return {
      field: node.field,
      operator: node.operator,
      ...(takesValue(node.operator) && { value: readValue(node.valueText) }),
    };
  }
  const items = node.children.filter(isBegun).map(conditionOf);
  if (node.mode !== 'not') return { [node.mode]: items };
  const [only] = items;
  return { not: items.length === 1 && only !== undefined ? only : { all: items } };
}

/** How many lines there are, groups not counted. */
export const countTests = (node: ConditionNode): number =>
  node.kind === 'test' ? 1 : node.children.reduce((sum, child) => sum + countTests(child), 0);

/** The tree with one node changed; the others stay the same objects. */
export function updateNode(
  root: GroupNode,
  id: string,
  change: (node: ConditionNode) => ConditionNode,
): GroupNode {
  const walk = (node: ConditionNode): ConditionNode => {
    if (node.id === id) return change(node);
    return node.kind === 'test' ? node : { ...node, children: node.children.map(walk) };
  };
  return walk(root) as GroupNode;
}

/** The tree without a node; a group that is left empty goes with it, the root never. */
export function removeNode(root: GroupNode, id: string): GroupNode {
  const keep = (children: readonly ConditionNode[]): ConditionNode[] =>
    children.flatMap((child): ConditionNode[] => {
      if (child.id === id) return [];
      if (child.kind === 'test') return [child];
      const left = keep(child.children);
      return left.length === 0 ? [] : [{ ...child, children: left }];
    });
  return { ...root, children: keep(root.children) };
}

/** The tree with a node at the end of a group. */
export const addNode = (root: GroupNode, groupId: string, node: ConditionNode): GroupNode =>
  updateNode(root, groupId, (here) =>
    here.kind === 'group' ? { ...here, children: [...here.children, node] } : here,
  );

/** The lines and groups that are unfinished, by id. */
export function problemsOf(node: ConditionNode): Record<string, string> {
  if (node.kind === 'group') return Object.assign({}, ...node.children.map(problemsOf));
  const problem = problemOf(node);
  return problem === null ? {} : { [node.id]: problem };
}

function problemOf({ field, operator, valueText }: TestNode): string | null {
  if (field.trim() === '') return 'Name a field of the payload, e.g. status_code.';
  if (!takesValue(operator)) return null;
  if (valueText.trim() === '') return `${operator} needs a value: JSON, or text.`;
  if ((operator === 'in' || operator === 'not_in') && !Array.isArray(readValue(valueText))) {
    return `${operator} takes a list, e.g. [502, 503].`;
  }
  return null;
}
