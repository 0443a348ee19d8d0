import { readAction } from './action.ts';
import type { PackScope } from './component.ts';
import { readPermissionSet, readRule, readSensor, readTrigger } from './components.ts';
import type {
  ActionManifest,
  ManifestProblem,
  PackManifest,
  PermissionSetManifest,
  RuleManifest,
  SensorManifest,
  TriggerManifest,
} from './manifests.ts';
import { readPack } from './pack.ts';
import { YamlFile } from './yaml-file.ts';

/** A file of a pack: its path below the pack, and its text if it is YAML (otherwise empty). */
export interface PackFile {
  readonly path: string;
  readonly text: string;
}

/** What could be read. A file with a problem is left out and changes nothing about the others. */
export interface ParsedPack {
  /** Null: nothing of the pack can be used. */
  readonly pack: PackManifest | null;
  readonly actions: ActionManifest[];
  readonly triggers: TriggerManifest[];
  readonly sensors: SensorManifest[];
  readonly rules: RuleManifest[];
  readonly permissionSets: PermissionSetManifest[];
  readonly problems: ManifestProblem[];
}

/** Reads all of a pack's YAML. Pass every file of the pack: scripts are looked up among them. */
export function parsePack(files: readonly PackFile[]): ParsedPack {
  const problems: ManifestProblem[] = [];
  const pack = parseManifest(files, problems);
  const nothing = { actions: [], triggers: [], sensors: [], rules: [], permissionSets: [] };
  if (pack === null) return { pack, ...nothing, problems };
  const scope: PackScope = { packRef: pack.ref, files: new Set(files.map(({ path }) => path)) };
  const read = <T extends { readonly ref: string }>(
    folder: string,
    reader: (file: YamlFile, scope: PackScope) => T,
  ): T[] => readFolder(files, folder, problems, (file) => reader(file, scope));
  return {
    pack,
    actions: read('actions', readAction),
    triggers: read('triggers', readTrigger),
    sensors: read('sensors', readSensor),
    rules: read('rules', readRule),
    permissionSets: read('permission_sets', readPermissionSet),
    problems,
  };
}

function parseManifest(
  files: readonly PackFile[],
  problems: ManifestProblem[],
): PackManifest | null {
  const source = files.find(({ path }) => path === 'pack.yaml' || path === 'pack.yml');
  if (source === undefined) {
    problems.push({ file: 'pack.yaml', line: null, reason: 'The pack has no `pack.yaml`.' });
    return null;
  }
  const file = new YamlFile(source.path, source.text);
  const manifest = file.problems.length === 0 ? readPack(file) : null;
  problems.push(...file.problems);
  return file.problems.length === 0 ? manifest : null;
}

function readFolder<T extends { readonly ref: string }>(
  files: readonly PackFile[],
  folder: string,
  problems: ManifestProblem[],
  reader: (file: YamlFile) => T,
): T[] {
  const manifests: T[] = [];
  const fileByRef = new Map<string, string>();
  for (const { path, text } of files.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
    if (!isComponentFile(path, folder)) continue;
    const file = new YamlFile(path, text);
    const manifest = file.problems.length === 0 ? reader(file) : null;
    const other = manifest && fileByRef.get(manifest.ref);
    if (manifest && other !== undefined && other !== null) {
      file.refuse(['ref'], `\`${manifest.ref}\` stands in \`${other}\` already; refs are unique.`);
    }
    problems.push(...file.problems);
    if (manifest === null || file.problems.length > 0) continue;
    fileByRef.set(manifest.ref, path);
    manifests.push(manifest);
  }
  return manifests;
}

/** Directly in the folder: what lies deeper (`actions/workflows/`) or is named so is a workflow's graph. */
function isComponentFile(path: string, folder: string): boolean {
  const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : '';
  return /^[^/]+\.ya?ml$/.test(name) && !/\.workflow\.ya?ml$/.test(name);
}
