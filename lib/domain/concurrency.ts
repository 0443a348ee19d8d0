import { isJsonObject, type JsonObject, type JsonValue } from './json.ts';
import { parsePath, readPath } from './json-path.ts';

/** What happens to a run whose limit is reached when its turn comes. */
export const ON_LIMIT = ['enqueue', 'cancel', 'replace'] as const;

export type OnLimit = (typeof ON_LIMIT)[number];

/**
 * How many runs of an action may run at once. `key` is a template over the parameters, `{{ parameters.host }}`: runs
 * whose keys are equal share the limit; without it all runs of the action do. At the limit a run waits (`enqueue`),
 * ends as cancelled (`cancel`), or takes the place of the oldest one (`replace`).
 */
export interface Concurrency {
  readonly limit: number;
  readonly key: string | null;
  readonly on_limit: OnLimit;
}

/** A limit as it holds for one execution. */
export interface ConcurrencyLimit {
  readonly key: string;
  readonly limit: number;
  readonly onLimit: OnLimit;
}

const TEMPLATE = /\{\{\s*(.*?)\s*\}\}/g;
const KEY_CHARS_MAX = 500;

/** What is wrong with the template of a key; null when it can be rendered. */
export function findKeyProblem(template: string): string | null {
  if (template.length > KEY_CHARS_MAX) return `It is longer than ${KEY_CHARS_MAX} characters.`;
  for (const [whole, inner = ''] of template.matchAll(TEMPLATE)) {
    if (parsePath(inner)?.[0] !== 'parameters') {
      return `\`${whole}\` is no path into the parameters, like \`{{ parameters.host }}\`.`;
    }
  }
  return template.replaceAll(TEMPLATE, '').includes('{{')
    ? 'A template is opened by `{{` and never closed by `}}`.'
    : null;
}

/** The limit that a run with these parameters falls under. Keys of different actions never meet. */
export function limitFor(
  actionRef: string,
  concurrency: Concurrency | null,
  parameters: JsonObject,
): ConcurrencyLimit | null {
  if (concurrency === null) return null;
  const { limit, key, on_limit: onLimit } = concurrency;
  if (key === null) return { key: actionRef, limit, onLimit };
  const rendered = key.replaceAll(TEMPLATE, (_, path: string) =>
    textOf(readPath({ parameters }, parsePath(path) ?? [])),
  );
  return { key: `${actionRef}:${rendered}`.slice(0, 2 * KEY_CHARS_MAX), limit, onLimit };
}

/** A parameter that is not there counts as an empty one. */
const textOf = (value: JsonValue | undefined): string => {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
};

/** What a database column holds; null when it is no limit. */
export function readConcurrency(value: unknown): Concurrency | null {
  if (!isJsonObject(value)) return null;
  const { limit, key, on_limit: word } = value;
  const onLimit = ON_LIMIT.find((each) => each === word);
  if (typeof limit !== 'number' || onLimit === undefined) return null;
  return { limit, key: typeof key === 'string' ? key : null, on_limit: onLimit };
}
