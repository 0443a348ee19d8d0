import type { EnvironmentVariable } from '#lib/contracts/executions.ts';
import { isJsonObject, type JsonObject, type JsonValue } from '#lib/domain/json.ts';

/** One place where two things differ; null: it is not there. */
export interface Difference {
  readonly name: string;
  readonly was: string | null;
  readonly is: string | null;
}

/** Where two objects differ, by the path to it; what is equal is left out. */
export function differencesOf(was: JsonObject, is: JsonObject): Difference[] {
  return pairsOf(was, is, '');
}

function pairsOf(was: JsonObject, is: JsonObject, before: string): Difference[] {
  const names = [...new Set([...Object.keys(was), ...Object.keys(is)])].toSorted();
  return names.flatMap((key): Difference[] => {
    const [a, b] = [own(was, key), own(is, key)];
    const name = `${before}${key}`;
    if (a !== undefined && b !== undefined && isJsonObject(a) && isJsonObject(b))
      return pairsOf(a, b, `${name}.`);
    const [left, right] = [textOf(a), textOf(b)];
    return left === right ? [] : [{ name, was: left, is: right }];
  });
}

const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** Keys in order, so that only what it says counts. */
const textOf = (value: JsonValue | undefined): string | null =>
  value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(sorted(value));

function sorted(value: JsonValue): JsonValue {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, sorted(inner)]),
  );
}

interface RunVariables {
  readonly id: number;
  readonly variables: readonly EnvironmentVariable[];
}

/** Different in any two runs, and therefore no difference. */
const OF_ONE_RUN: ReadonlySet<string> = new Set([
  'ATTUNE_EXEC_ID',
  'ATTUNE_ATTEMPT',
  'ATTUNE_API_TOKEN',
  'ATTUNE_TRACE_TAG',
]);

/** The variables that differ between two runs, but for what names the run itself: its id in a path, say. */
export function changedVariables(was: RunVariables, is: RunVariables): Difference[] {
  const valuesOf = ({ id, variables }: RunVariables): JsonObject =>
    Object.fromEntries(
      variables
        .filter(({ name }) => !OF_ONE_RUN.has(name))
        .map(({ name, value }) => [
          name,
          value.replaceAll(new RegExp(`\\b${id}\\b`, 'g'), '(its id)'),
        ]),
    );
  return differencesOf(valuesOf(was), valuesOf(is));
}

export interface LineDifference {
  /** 1, 2, … */
  readonly line: number;
  /** Null: the output ends before it. */
  readonly was: string | null;
  readonly is: string | null;
}

/** The first line in which two outputs differ; null when they are equal. */
export function firstDifferingLine(was: string, is: string): LineDifference | null {
  if (was === is) return null;
  const [a, b] = [linesOf(was), linesOf(is)];
  for (let index = 0; index < Math.max(a.length, b.length); index++)
    if (a[index] !== b[index])
      return { line: index + 1, was: a[index] ?? null, is: b[index] ?? null };
  return null;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
