import { isJsonObject, showJson } from '../json.ts';
import { isPackRef } from '../refs.ts';
import { labelOf, readSchema } from './component.ts';
import type { PackManifest } from './manifests.ts';
import type { YamlFile } from './yaml-file.ts';

/** Reads `pack.yaml`. Its ref is empty when it cannot be used, which is then noted. */
export function readPack(file: YamlFile): PackManifest {
  const key = file.keyOf('ref', 'name');
  const ref = file.text(key) ?? '';
  if (ref === '') file.refuse([], '`ref` is missing; it is the name of the pack.');
  else if (!isPackRef(ref)) {
    file.refuse(
      [key],
      `\`${ref}\` is no pack ref; it starts with a letter, then a-z, 0-9, _ and -.`,
    );
  }
  return {
    ref: isPackRef(ref) ? ref : '',
    label: file.text('label') ?? labelOf(ref),
    description: file.text('description'),
    version: file.text('version') ?? '0.0.0',
    author: file.text('author'),
    email: file.text('email'),
    license: file.text('license'),
    homepage: file.text('homepage'),
    repository: file.text('repository'),
    system: file.bool('system', false),
    enabled: file.bool('enabled', null),
    tags: file.texts('tags', 'keywords'),
    meta: file.object({}, 'meta', 'metadata'),
    confSchema: readSchema(file, 'conf_schema', 'config_schema') ?? {},
    config: file.object({}, 'config'),
    runtimeDeps: file.texts('runtime_deps'),
    dependencies: readDependencies(file),
  };
}

/** Refs, or `{ref, version}`; a version becomes `ref@version`. */
function readDependencies(file: YamlFile): string[] {
  const value = file.value('dependencies') ?? [];
  // Older packs keep versions of the platform under this key; they bind nothing here.
  if (isJsonObject(value)) return [];
  if (!Array.isArray(value)) return file.texts('dependencies');
  return value.flatMap((item, i) => {
    if (typeof item === 'string') return [item];
    const { ref, name, version } = isJsonObject(item) ? item : {};
    const target = ref ?? name;
    if (typeof target === 'string') {
      return [typeof version === 'string' ? `${target}@${version}` : target];
    }
    file.refuse(['dependencies', i], `${showJson(item)} is no dependency; it takes a pack ref.`);
    return [];
  });
}
