import { isMap, isPair, isScalar, LineCounter, type Node, parseDocument } from 'yaml';
import { isJsonObject, type JsonObject, type JsonValue, showJson, typeWord } from '../json.ts';
import { findUnstorable } from '../json-safety.ts';
import type { ManifestProblem } from './manifests.ts';

type Step = string | number;

/**
 * One YAML file of a pack, read key by key. What does not fit is noted with its line, and the reader
 * goes on, so that one look at a file tells everything that is wrong with it.
 */
export class YamlFile {
  readonly path: string;
  readonly problems: ManifestProblem[] = [];
  readonly #lines = new LineCounter();
  readonly #root: Node | null;
  readonly #data: JsonObject;

  constructor(path: string, text: string) {
    this.path = path;
    const document = parseDocument(text, {
      lineCounter: this.#lines,
      prettyErrors: false,
      uniqueKeys: true,
    });
    this.#root = document.contents;
    this.#data = {};
    for (const error of document.errors) {
      const line = this.#lines.linePos(error.pos[0]).line;
      this.problems.push({ file: path, line, reason: `It is not YAML: ${error.message}.` });
    }
    if (this.problems.length > 0) return;
    try {
      // Through JSON once, so that dates, infinities and odd keys are plain.
      const plain = JSON.parse(
        JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null),
      ) as JsonValue;
      if (isJsonObject(plain)) this.#data = plain;
      else this.refuse([], `The file holds ${typeWord(plain)}; it has to hold keys and values.`);
    } catch (error) {
      this.refuse(
        [],
        `It cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      );
    }
    const unstorable = findUnstorable(this.#data);
    if (unstorable) this.refuse([], `\`${unstorable.path}\` ${unstorable.reason}.`);
  }

  refuse(steps: readonly Step[], reason: string): void {
    this.problems.push({ file: this.path, line: this.#lineOf(steps), reason });
  }

  has(key: string): boolean {
    return this.value(key) !== null;
  }

  /** The value of the first of these keys that is there; null for none, and for null. */
  value(...keys: string[]): JsonValue {
    return this.#data[this.keyOf(...keys)] ?? null;
  }

  /** Which of the keys the file uses; the first when it uses none. */
  keyOf(...keys: string[]): string {
    return keys.find((key) => Object.hasOwn(this.#data, key)) ?? keys[0] ?? '';
  }

  text(...keys: string[]): string | null {
    const value = this.value(...keys);
    // `version: 1.0` is a number for YAML and a version for its author.
    if (typeof value === 'number') return this.#sourceOf(this.keyOf(...keys)) ?? String(value);
    if (value === null || typeof value === 'string') return value;
    return this.#wrong(this.keyOf(...keys), value, 'text', null);
  }

  bool<T extends boolean | null>(key: string, otherwise: T): boolean | T {
    const value = this.value(key);
    if (value === null) return otherwise;
    return typeof value === 'boolean' ? value : this.#wrong(key, value, 'true or false', otherwise);
  }

  /** A whole number of at least `min`. */
  count<T extends number | null>(key: string, min: number, otherwise: T): number | T {
    const value = this.value(key);
    if (value === null) return otherwise;
    if (Number.isInteger(value) && (value as number) >= min) return value as number;
    return this.#wrong(key, value, `a whole number of at least ${min}`, otherwise);
  }

  oneOf<T extends string>(key: string, choices: readonly T[], otherwise: T): T {
    const value = this.value(key);
    if (value === null) return otherwise;
    const choice = choices.find((each) => each === value);
    return choice ?? this.#wrong(key, value, choices.join(', '), otherwise);
  }

  texts(...keys: string[]): string[] {
    const key = this.keyOf(...keys);
    const value = this.value(key);
    if (value === null) return [];
    if (typeof value === 'string') return [value];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    return this.#wrong(key, value, 'a list of texts', []);
  }

  object<T extends JsonObject | null>(otherwise: T, ...keys: string[]): JsonObject | T {
    const key = this.keyOf(...keys);
    const value = this.value(key);
    if (value === null) return otherwise;
    return isJsonObject(value) ? value : this.#wrong(key, value, 'an object', otherwise);
  }

  #wrong<T>(key: string, value: JsonValue, wanted: string, otherwise: T): T {
    this.refuse([key], `\`${key}\` is ${showJson(value)}; it takes ${wanted}.`);
    return otherwise;
  }

  #sourceOf(key: string): string | null {
    const node = isMap(this.#root) ? this.#root.get(key, true) : null;
    return isScalar(node) ? (node.source ?? null) : null;
  }

  /** The line of a key; for a path that is not there, of the last step that is. */
  #lineOf(steps: readonly Step[]): number | null {
    let node: unknown = this.#root;
    let offset = this.#root?.range?.[0];
    for (const step of steps) {
      if (isMap(node)) {
        const pair = node.items.find(
          (item) => isPair(item) && isScalar(item.key) && String(item.key.value) === String(step),
        );
        if (!pair) break;
        if (isScalar(pair.key)) offset = pair.key.range?.[0] ?? offset;
        node = pair.value;
      } else {
        const item = childAt(node, step);
        if (item === null) break;
        offset = item.range?.[0] ?? offset;
        node = item;
      }
    }
    return offset === undefined ? null : this.#lines.linePos(offset).line;
  }
}

function childAt(node: unknown, step: Step): Node | null {
  const items = (node as { items?: unknown[] } | null)?.items;
  const item = Array.isArray(items) ? items[Number(step)] : undefined;
  return item === undefined ? null : (item as Node);
}
