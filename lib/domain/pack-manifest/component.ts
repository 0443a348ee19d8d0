import { parsePath } from '../json-path.ts';
import type { JsonObject } from '../json.ts';
import { parseParamSchema } from '../param-schema.ts';
import { COMPONENT_REF, isPackRef, packRefOf, qualify } from '../refs.ts';
import type { ComponentManifest, Visibility } from './manifests.ts';
import { KNOWN_RUNNERS, type RunnerType, runnerTypeOf } from './runner-types.ts';
import type { YamlFile } from './yaml-file.ts';

/** What the readers of components share. */
export interface PackScope {
  readonly packRef: string;
  /** Every file of the pack, texts or not. */
  readonly files: ReadonlySet<string>;
}

/** `http_request` becomes `Http request`. */
export function labelOf(ref: string): string {
  const words = (ref.split('.').at(-1) ?? ref).replaceAll(/[_-]+/g, ' ').trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Ref, label and the like; an empty ref when it cannot be used, which is then noted. */
export function readComponent(file: YamlFile, { packRef }: PackScope): ComponentManifest {
  const ref = readOwnRef(file, packRef);
  return {
    file: file.path,
    ref,
    label: file.text('label') ?? labelOf(ref),
    description: file.text('description'),
    enabled: file.bool('enabled', null),
    tags: file.texts('tags'),
  };
}

export function readOwnRef(file: YamlFile, packRef: string): string {
  const given = file.text('ref');
  if (given === null || given === '') {
    if (!file.has('ref')) file.refuse([], '`ref` is missing; it is the name of the component.');
    return '';
  }
  const ref = qualify(given, packRef);
  if (packRefOf(ref) !== packRef) {
    file.refuse(
      ['ref'],
      `\`${given}\` belongs to another pack; components of this pack begin with \`${packRef}.\`.`,
    );
    return '';
  }
  return checkRef(file, 'ref', ref);
}

/** A ref of a component of any pack; without a dot it is of this pack. */
export function readRef(file: YamlFile, key: string, packRef: string): string {
  const given = file.text(key);
  if (given !== null) return checkRef(file, key, qualify(given, packRef));
  if (!file.has(key)) file.refuse([], `\`${key}\` is missing.`);
  return '';
}

export function checkRef(file: YamlFile, key: string, ref: string): string {
  if (COMPONENT_REF.test(ref)) return ref;
  file.refuse([key], `\`${ref}\` is no ref; it is \`pack.name\` in lower case, with one dot.`);
  return '';
}

export function readVisibility(file: YamlFile): Visibility {
  const referenceVisibility = file.oneOf(
    'reference_visibility',
    ['public', 'private', 'restricted'],
    'public',
  );
  const referenceAllowedPackRefs = file.texts('reference_allowed_pack_refs');
  for (const [i, ref] of referenceAllowedPackRefs.entries()) {
    if (!isPackRef(ref))
      file.refuse(['reference_allowed_pack_refs', i], `\`${ref}\` is no pack ref.`);
  }
  return { referenceVisibility, referenceAllowedPackRefs };
}

/** A flat schema as it is written, once it has been checked. */
export function readSchema(file: YamlFile, ...keys: string[]): JsonObject | null {
  const schema = file.object(null, ...keys);
  const parsed = parseParamSchema(schema);
  if (parsed.ok) return schema;
  const key = file.keyOf(...keys);
  for (const { path, message } of parsed.problems) {
    const steps = path === '' ? [] : (parsePath(path) ?? []);
    file.refuse([key, ...steps], path === '' ? message : `\`${key}.${path}\`: ${message}`);
  }
  return null;
}

export function readRunner(file: YamlFile, otherwise: RunnerType): RunnerType {
  const word = file.text('runner_type');
  if (word === null) return otherwise;
  const runner = runnerTypeOf(word);
  if (runner !== null) return runner;
  file.refuse(['runner_type'], `\`${word}\` is no runner type. Known: ${KNOWN_RUNNERS}.`);
  return otherwise;
}

/** A file below the component's folder; empty when there is none, which is then noted. */
export function readEntryPoint(file: YamlFile, folder: string, { files }: PackScope): string {
  const key = file.keyOf('entry_point', 'entrypoint');
  const entryPoint = file.text(key);
  if (entryPoint === null || entryPoint === '') {
    file.refuse([key], '`entry_point` is missing; it names the script to run.');
    return '';
  }
  if (entryPoint.startsWith('/') || entryPoint.split(/[/\\]/).includes('..')) {
    file.refuse(
      [key],
      `\`${entryPoint}\` leaves the folder; an entry point lies below \`${folder}/\`.`,
    );
    return '';
  }
  const path = `${folder}/${entryPoint.replace(/^\.\//, '')}`;
  if (!files.has(path)) {
    file.refuse(
      [key],
      `The script \`${path}\` does not exist. Add it, or correct \`entry_point\`.`,
    );
    return '';
  }
  return entryPoint.replace(/^\.\//, '');
}
