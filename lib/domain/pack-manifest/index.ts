export { type PackFile, type ParsedPack, parsePack } from './parse-pack.ts';
export { RUNNER_TYPES, type RunnerType, runnerTypeOf } from './runner-types.ts';
export type {
  ActionManifest,
  ManifestProblem,
  PackManifest,
  PermissionSetManifest,
  RuleManifest,
  SensorManifest,
  TriggerManifest,
} from './manifests.ts';
