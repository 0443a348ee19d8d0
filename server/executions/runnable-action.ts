import {
  applyParamSchema,
  parseParamSchema,
  mergeSecrets,
  nameOfSecret,
  type ParamSchema,
  splitSecrets,
} from '#lib/domain/param-schema.ts';
import { maskText } from '#lib/domain/masking/index.ts';
import type { CancellationPolicy } from '#lib/domain/cancellation.ts';
import { limitFor, readConcurrency } from '#lib/domain/concurrency.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import type { ErrorDetail } from '#lib/errors.ts';
import type { Sql } from '#server/db/sql.ts';
import { config } from '#server/config.ts';
import type { ExecutionTerms } from './repository.ts';
import { type SealedParameter, sealParameters } from './secret-config.ts';

/** What of an action decides about its executions. */
export interface RunnableAction {
  readonly id: number;
  readonly ref: string;
  readonly pack_ref: string;
  readonly enabled: boolean;
  readonly param_schema: unknown;
  readonly timeout_seconds: number | null;
  readonly queue_timeout_seconds: number | null;
  readonly deadline_seconds: number | null;
  readonly max_retries: number;
  readonly idempotent: boolean;
  readonly retry_on_timeout: boolean;
  /** As stored; {} = the usual policy. */
  readonly retry: JsonObject;
  readonly cancellation_policy: CancellationPolicy;
  /** As stored; see `readConcurrency`. */
  readonly concurrency: unknown;
  readonly permission_set_refs: string[];
}

export const RUNNABLE_ACTION = `a.id, a.ref, a.pack_ref, a.enabled, a.param_schema, a.timeout_seconds,
  a.queue_timeout_seconds, a.deadline_seconds, a.max_retries, a.idempotent, a.retry_on_timeout, a.retry,
  a.cancellation_policy, a.concurrency, a."default_execution_permission_set_refs" as permission_set_refs`;

export async function findRunnableAction(on: Sql, ref: string): Promise<RunnableAction | null> {
  const [row] = await on.query<RunnableAction>(
    `select ${RUNNABLE_ACTION} from action a where a.ref = $1`,
    [ref],
  );
  return row ?? null;
}

/** What an execution takes over from its action when it is asked for; later changes of the action do not touch it. */
export function termsOf(action: RunnableAction, parameters: JsonObject): ExecutionTerms {
  const limit = limitFor(action.ref, readConcurrency(action.concurrency), parameters);
  return {
    timeout_seconds: action.timeout_seconds ?? config().DEFAULT_TIMEOUT_SECONDS,
    queue_timeout_seconds: action.queue_timeout_seconds,
    deadline_seconds: action.deadline_seconds,
    max_retries: action.max_retries,
    idempotent: action.idempotent,
    retry_on_timeout: action.retry_on_timeout,
    retry_policy: Object.keys(action.retry).length === 0 ? null : action.retry,
    cancellation_policy: action.cancellation_policy,
    concurrency_key: limit?.key ?? null,
    concurrency_limit: limit?.limit ?? null,
    on_limit: limit?.onLimit ?? null,
  };
}

export type Parameters =
  | { readonly ok: true; readonly config: JsonObject; readonly secretConfig: string | null }
  | {
      readonly ok: false;
      readonly problems: readonly ErrorDetail[];
      /** What was given, as it may be shown. */
      readonly shown: JsonObject;
    };

/**
 * Checks parameters against the action's schema, fills in defaults, and takes the values of secret parameters out:
 * they are stored encrypted, and delivered to the process only. References to keys stay as they are.
 *
 * @param sealed values among them that are secret whatever the schema says: they were when they came
 */
export function prepareParameters(
  action: Pick<RunnableAction, 'param_schema'>,
  parameters: JsonObject,
  sealed: readonly SealedParameter[] = [],
): Parameters {
  const schema = schemaOf(action.param_schema) ?? {};
  const applied = applyParamSchema(schema, parameters);
  if (!applied.ok) {
    const shown = splitSecrets(schema, parameters).visible;
    return { ok: false, problems: applied.problems, shown };
  }
  const split = splitSecrets(schema, applied.value);
  const known = new Set(split.secrets.map(({ steps }) => JSON.stringify(steps)));
  const more = sealed.filter(({ steps }) => !known.has(JSON.stringify(steps)));
  const masks = more.map(({ steps }) => ({ steps, value: maskText(nameOfSecret(steps)) }));
  const secrets = [...split.secrets, ...more];
  return {
    ok: true,
    config: mergeSecrets(split.visible, masks),
    secretConfig: secrets.length === 0 ? null : sealParameters(secrets),
  };
}

/** Parsed schemas by identity of their row's value: rule books keep actions for long. */
const parsed = new WeakMap<object, ParamSchema>();

function schemaOf(raw: unknown): ParamSchema | null {
  if (typeof raw !== 'object' || raw === null) return null;
  const known = parsed.get(raw);
  if (known !== undefined) return known;
  const result = parseParamSchema(raw);
  if (!result.ok) return null;
  parsed.set(raw, result.schema);
  return result.schema;
}
