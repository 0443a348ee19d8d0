import { parseConditions } from '../conditions/index.ts';
import type { Grant } from '../grant.ts';
import { isJsonObject, type JsonValue, typeWord } from '../json.ts';
import { parsePath } from '../json-path.ts';
import { qualify } from '../refs.ts';
import {
  checkRef,
  labelOf,
  type PackScope,
  readComponent,
  readEntryPoint,
  readOwnRef,
  readRef,
  readRunner,
  readSchema,
  readVisibility,
} from './component.ts';
import type {
  PermissionSetManifest,
  RuleManifest,
  SensorManifest,
  TriggerManifest,
} from './manifests.ts';
import type { YamlFile } from './yaml-file.ts';

/** Reads `triggers/<name>.yaml`. */
export function readTrigger(file: YamlFile, scope: PackScope): TriggerManifest {
  return {
    ...readComponent(file, scope),
    ...readVisibility(file),
    parameters: readSchema(file, 'parameters'),
    output: readSchema(file, 'output', 'output_schema'),
    type: file.text('type'),
  };
}

/** Reads `sensors/<name>.yaml`. */
export function readSensor(file: YamlFile, scope: PackScope): SensorManifest {
  const key = file.keyOf('trigger_types', 'trigger_type');
  const triggers = file.texts(key);
  if (triggers.length === 0)
    file.refuse([key], '`trigger_types` is missing; a sensor names what it fires.');
  return {
    ...readComponent(file, scope),
    runnerType: readRunner(file, 'native'),
    entryPoint: readEntryPoint(file, 'sensors', scope),
    runtimeVersion: file.text('runtime_version'),
    triggerRefs: triggers.map((ref) => checkRef(file, key, qualify(ref, scope.packRef))),
    parameters: readSchema(file, 'parameters'),
    config: file.object({}, 'config', 'default_config'),
    mq: file.bool('mq', true),
  };
}

/** Reads `rules/<name>.yaml`. */
export function readRule(file: YamlFile, scope: PackScope): RuleManifest {
  return {
    ...readComponent(file, scope),
    triggerRef: readRef(file, 'trigger_ref', scope.packRef),
    actionRef: readRef(file, 'action_ref', scope.packRef),
    triggerParams: file.object({}, 'trigger_params'),
    conditions: readConditions(file),
    actionParams: file.object({}, 'action_params'),
    permissionSetRefs: file.has('permission_set_refs') ? file.texts('permission_set_refs') : null,
    traceTagTemplate: file.text('trace_tag_template'),
  };
}

function readConditions(file: YamlFile): JsonValue {
  const conditions = file.value('conditions');
  const parsed = parseConditions(conditions);
  if (!parsed.ok) {
    for (const { path, message } of parsed.problems) {
      file.refuse(['conditions', ...(parsePath(path)?.map(asStep) ?? [])], message);
    }
  }
  return conditions ?? [];
}

const asStep = (step: string): string | number => (/^\d+$/.test(step) ? Number(step) : step);

/** Reads `permission_sets/<name>.yaml`. */
export function readPermissionSet(file: YamlFile, scope: PackScope): PermissionSetManifest {
  const ref = readOwnRef(file, scope.packRef);
  const grants = file.value('grants') ?? [];
  if (!Array.isArray(grants))
    file.refuse(['grants'], `\`grants\` is ${typeWord(grants)}; it takes a list.`);
  return {
    file: file.path,
    ref,
    label: file.text('label') ?? labelOf(ref),
    description: file.text('description'),
    grants: Array.isArray(grants) ? grants.flatMap((grant, i) => readGrant(file, grant, i)) : [],
  };
}

function readGrant(file: YamlFile, grant: JsonValue, index: number): Grant[] {
  const { resource, actions, constraints = null } = isJsonObject(grant) ? grant : {};
  const areActions =
    Array.isArray(actions) && actions.every((action) => typeof action === 'string');
  if (typeof resource !== 'string' || !areActions) {
    file.refuse(['grants', index], 'A grant is `{resource: rules, actions: [read, …]}`.');
    return [];
  }
  if (constraints === null) return [{ resource, actions }];
  if (!isJsonObject(constraints)) {
    file.refuse(
      ['grants', index, 'constraints'],
      `\`constraints\` is ${typeWord(constraints)}; it takes an object.`,
    );
    return [];
  }
  // Unknown constraints stay: they never hold, so a grant with one gives nothing.
  return [{ resource, actions, constraints }];
}
