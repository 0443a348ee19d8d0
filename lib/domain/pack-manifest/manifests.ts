import type { RetryPolicy } from '../backoff.ts';
import type { CancellationPolicy } from '../cancellation.ts';
import type { Concurrency } from '../concurrency.ts';
import type { Grant } from '../grant.ts';
import type { JsonObject, JsonValue } from '../json.ts';
import type { ResourceLimits } from '../resource-limits.ts';
import type { ParameterFormat } from '../parameter-format.ts';
import type { OutputFormat } from '../result.ts';
import type { RunnerType } from './runner-types.ts';

/** What is wrong with a file of a pack, and where. */
export interface ManifestProblem {
  readonly file: string;
  /** From 1; null when it concerns no line. */
  readonly line: number | null;
  readonly reason: string;
}

/** What every component has. */
export interface ComponentManifest {
  /** The file it comes from. */
  readonly file: string;
  /** Qualified with the pack. */
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  /** Null: not said. True for a new component; an existing one keeps what it has. */
  readonly enabled: boolean | null;
  readonly tags: readonly string[];
}

export interface PackManifest {
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly version: string;
  readonly author: string | null;
  readonly email: string | null;
  readonly license: string | null;
  readonly homepage: string | null;
  readonly repository: string | null;
  readonly system: boolean;
  readonly enabled: boolean | null;
  readonly tags: readonly string[];
  readonly meta: JsonObject;
  /** A flat schema, already checked. */
  readonly confSchema: JsonObject;
  readonly config: JsonObject;
  readonly runtimeDeps: readonly string[];
  readonly dependencies: readonly string[];
}

export interface Visibility {
  readonly referenceVisibility: 'public' | 'private' | 'restricted';
  readonly referenceAllowedPackRefs: readonly string[];
}

export interface ActionManifest extends ComponentManifest, Visibility {
  readonly runnerType: RunnerType;
  /** Below `actions/`; null for a workflow. */
  readonly entryPoint: string | null;
  /** Below `actions/`; null unless the action is a workflow. */
  readonly workflowFile: string | null;
  /** Flat schemas, already checked; null when the file has none. */
  readonly parameters: JsonObject | null;
  readonly output: JsonObject | null;
  readonly parameterDelivery: 'stdin' | 'file';
  readonly parameterFormat: ParameterFormat;
  readonly outputFormat: OutputFormat;
  readonly timeoutSeconds: number | null;
  readonly runtimeVersion: string | null;
  readonly requiredWorkerRuntimes: JsonObject;
  readonly accessesMcp: boolean;
  readonly defaultExecutionPermissionSetRefs: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A lost run may be repeated. */
  readonly idempotent: boolean;
  readonly maxRetries: number;
  readonly retry: RetryPolicy;
  readonly retryOnTimeout: boolean;
  readonly queueTimeoutSeconds: number | null;
  readonly deadlineSeconds: number | null;
  readonly cancellationPolicy: CancellationPolicy;
  readonly concurrency: Concurrency | null;
  readonly limits: ResourceLimits;
}

export interface TriggerManifest extends ComponentManifest, Visibility {
  /** Schema of a rule's trigger parameters. */
  readonly parameters: JsonObject | null;
  /** Schema of the payload. */
  readonly output: JsonObject | null;
  readonly type: string | null;
}

export interface SensorManifest extends ComponentManifest {
  readonly runnerType: RunnerType;
  /** Below `sensors/`. */
  readonly entryPoint: string;
  readonly runtimeVersion: string | null;
  readonly triggerRefs: readonly string[];
  readonly parameters: JsonObject | null;
  readonly config: JsonObject;
  /** False: `ATTUNE_MQ_URL` stays unset. */
  readonly mq: boolean;
}

export interface RuleManifest extends ComponentManifest {
  readonly triggerRef: string;
  readonly actionRef: string;
  readonly triggerParams: JsonObject;
  /** As written; checked. */
  readonly conditions: JsonValue;
  readonly actionParams: JsonObject;
  /** Null: the action's own. */
  readonly permissionSetRefs: readonly string[] | null;
  readonly traceTagTemplate: string | null;
}

export interface PermissionSetManifest {
  readonly file: string;
  readonly ref: string;
  readonly label: string;
  readonly description: string | null;
  readonly grants: readonly Grant[];
}
