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

interface VariablesCompared {
  readonly changed: readonly Difference[];
  /** Names of what is another value in any two runs, and therefore no difference. */
  readonly ofEachRun: readonly string[];
}

/** What only one run can have, whatever its value. */
const OF_ONE_RUN: ReadonlySet<string> = new Set([
  'ATTUNE_EXEC_ID',
  'ATTUNE_ATTEMPT',
  'ATTUNE_API_TOKEN',
  'ATTUNE_TRACE_TAG',
]);

/** Where the platform sets a value, it may name the run; what somebody asked for means what it says. */
const BY_PLATFORM: ReadonlySet<EnvironmentVariable['origin']> = new Set(['standard', 'baseline']);

/** The variables that differ between two runs, apart from those that name the run, its directory or its slot. */
export function compareVariables(
  was: readonly EnvironmentVariable[],
  is: readonly EnvironmentVariable[],
): VariablesCompared {
  const [before, now] = [meaningsOf(was), meaningsOf(is)];
  const differing = differencesOf(valuesOf(was), valuesOf(is));
  const isOfEachRun = ({ name }: Difference) =>
    OF_ONE_RUN.has(name) || (before.has(name) && before.get(name) === now.get(name));
  return {
    changed: differing.filter((one) => !isOfEachRun(one)),
    ofEachRun: differing.filter(isOfEachRun).map(({ name }) => name),
  };
}

const valuesOf = (variables: readonly EnvironmentVariable[]): JsonObject =>
  Object.fromEntries(variables.map(({ name, value }) => [name, value]));

/** Each value without what belongs to this run alone: its directory, and the number of the user whom its slot lent it. */
function meaningsOf(variables: readonly EnvironmentVariable[]): Map<string, string> {
  const directories = variables
    .filter(({ name, origin }) => origin === 'standard' && (name === 'HOME' || name === 'TMPDIR'))
    .map(({ value }) => value)
    .filter((value) => value !== '');
  return new Map(
    variables.map(({ name, value, origin }) => [
      name,
      BY_PLATFORM.has(origin)
        ? directories
            .reduce((text, directory) => text.replaceAll(directory, '(its directory)'), value)
            .replace(/^attune-\d+$/, '(its slot)')
        : value,
    ]),
  );
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
