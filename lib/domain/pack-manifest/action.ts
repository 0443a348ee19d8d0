import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '../backoff.ts';
import { checkEnvVars } from '../environment.ts';
import { CANCELLATION_POLICIES } from '../cancellation.ts';
import { type Concurrency, findKeyProblem, ON_LIMIT } from '../concurrency.ts';
import { isJsonObject, type JsonObject, showJson } from '../json.ts';
import { PARAMETER_FORMATS } from '../parameter-format.ts';
import { isLimit, LIMIT_MAX, LIMIT_NAMES, type ResourceLimits } from '../resource-limits.ts';
import { OUTPUT_FORMATS } from '../result.ts';
import {
  type PackScope,
  readComponent,
  readEntryPoint,
  readRunner,
  readSchema,
  readVisibility,
} from './component.ts';
import type { ActionManifest } from './manifests.ts';
import type { YamlFile } from './yaml-file.ts';

/** Reads `actions/<name>.yaml`. */
export function readAction(file: YamlFile, scope: PackScope): ActionManifest {
  const workflowFile = file.text('workflow_file');
  if (workflowFile !== null && !scope.files.has(`actions/${workflowFile}`)) {
    file.refuse(['workflow_file'], `The workflow \`actions/${workflowFile}\` does not exist.`);
  }
  return {
    ...readComponent(file, scope),
    ...readVisibility(file),
    runnerType: workflowFile === null ? readRunner(file, 'shell') : 'native',
    entryPoint: workflowFile === null ? readEntryPoint(file, 'actions', scope) : null,
    workflowFile,
    parameters: readSchema(file, 'parameters'),
    output: readSchema(file, 'output', 'output_schema'),
    parameterDelivery: file.oneOf('parameter_delivery', ['stdin', 'file'], 'stdin'),
    parameterFormat: file.oneOf('parameter_format', PARAMETER_FORMATS, 'json'),
    outputFormat: file.oneOf('output_format', OUTPUT_FORMATS, 'text'),
    timeoutSeconds: file.count('timeout_seconds', 1, null),
    runtimeVersion: file.text('runtime_version'),
    requiredWorkerRuntimes: file.object({}, 'required_worker_runtimes'),
    accessesMcp: file.bool('accesses_mcp', false),
    defaultExecutionPermissionSetRefs: file.texts('default_execution_permission_set_refs'),
    env: readEnv(file),
    idempotent: file.bool('idempotent', false),
    maxRetries: file.count('max_retries', 0, 0),
    retry: readRetry(file),
    retryOnTimeout: file.bool('retry_on_timeout', false),
    queueTimeoutSeconds: file.count('queue_timeout_seconds', 1, null),
    deadlineSeconds: file.count('deadline_seconds', 1, null),
    cancellationPolicy: file.oneOf('cancellation_policy', CANCELLATION_POLICIES, 'allow_finish'),
    concurrency: readLimit(file),
    limits: readResourceLimits(file),
  };
}

function readEnv(file: YamlFile): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(file.object({}, 'env'))) {
    if (value === null || typeof value === 'object') {
      file.refuse(['env', name], `\`env.${name}\` is ${showJson(value)}; a variable is text.`);
    } else if (name !== '__proto__') env[name] = String(value);
  }
  const check = checkEnvVars(env);
  if (check.ok) return env;
  for (const { name, reason } of check.refused) file.refuse(['env', name], reason);
  return {};
}

/** `concurrency: 3`, or `{limit, key, on_limit}`. */
function readLimit(file: YamlFile): Concurrency | null {
  const given = file.value('concurrency');
  if (given === null) return null;
  const written = isJsonObject(given) ? given : { limit: given };
  const { limit, key = null, on_limit: word = 'enqueue' } = written;
  const onLimit = ON_LIMIT.find((each) => each === word);
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1) {
    file.refuse(
      ['concurrency'],
      `\`concurrency.limit\` is ${showJson(limit)}; it takes a whole number from 1.`,
    );
    return null;
  }
  if (onLimit === undefined) {
    file.refuse(
      ['concurrency', 'on_limit'],
      `\`concurrency.on_limit\` is ${showJson(word)}; it takes ${ON_LIMIT.join(', ')}.`,
    );
    return null;
  }
  const problem =
    key === null ? null : typeof key === 'string' ? findKeyProblem(key) : 'It is no text.';
  if (problem !== null) {
    file.refuse(['concurrency', 'key'], `\`concurrency.key\` is ${showJson(key)}. ${problem}`);
    return null;
  }
  return { limit, key: typeof key === 'string' ? key : null, on_limit: onLimit };
}

/** `limits: {memory_mb: 256, cpu_seconds: 30}`. A name that we do not know is a limit that would not hold. */
function readResourceLimits(file: YamlFile): ResourceLimits {
  const limits: Partial<Record<(typeof LIMIT_NAMES)[number], number>> = {};
  for (const [key, value] of Object.entries(file.object({}, 'limits'))) {
    const name = LIMIT_NAMES.find((each) => each === key);
    if (name === undefined) {
      file.refuse(
        ['limits', key],
        `\`limits.${key}\` is no limit; there are ${LIMIT_NAMES.join(', ')}.`,
      );
    } else if (isLimit(value)) limits[name] = value;
    else {
      file.refuse(
        ['limits', key],
        `\`limits.${key}\` is ${showJson(value)}; it takes a whole number from 1 to ${LIMIT_MAX}.`,
      );
    }
  }
  return limits;
}

const BACKOFFS = ['constant', 'linear', 'exponential'] as const;

function readRetry(file: YamlFile): RetryPolicy {
  const retry = file.object<JsonObject>({}, 'retry');
  const seconds = <T extends number | null>(key: string, otherwise: T): number | T => {
    const value = retry[key] ?? null;
    if (value === null) return otherwise;
    if (typeof value === 'number' && value >= 0) return value;
    file.refuse(['retry', key], `\`retry.${key}\` is ${showJson(value)}; it takes seconds from 0.`);
    return otherwise;
  };
  const word = retry['backoff'] ?? DEFAULT_RETRY_POLICY.backoff;
  const backoff = BACKOFFS.find((each) => each === word);
  if (backoff === undefined) {
    file.refuse(
      ['retry', 'backoff'],
      `\`retry.backoff\` is ${showJson(word)}; it takes ${BACKOFFS.join(', ')}.`,
    );
  }
  return {
    backoff: backoff ?? DEFAULT_RETRY_POLICY.backoff,
    delay_seconds: seconds('delay_seconds', DEFAULT_RETRY_POLICY.delay_seconds),
    max_delay_seconds: seconds('max_delay_seconds', DEFAULT_RETRY_POLICY.max_delay_seconds),
    jitter: readJitter(file, retry['jitter'] ?? null),
  };
}

/** True is the usual share, false none. */
function readJitter(file: YamlFile, value: unknown): number {
  if (value === null || value === true) return DEFAULT_RETRY_POLICY.jitter;
  if (value === false) return 0;
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  file.refuse(
    ['retry', 'jitter'],
    `\`retry.jitter\` is ${showJson(value)}; it takes true, false or 0 to 1.`,
  );
  return DEFAULT_RETRY_POLICY.jitter;
}
