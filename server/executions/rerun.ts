import type { ExecutionCreate } from '#lib/contracts/executions.ts';
import { jsonEquals, type JsonObject } from '#lib/domain/json.ts';
import { mergeSecrets, nameOfSecret } from '#lib/domain/param-schema.ts';
import { notFound, unprocessable } from '#lib/errors.ts';
import type { Actor } from '#server/auth/actor.ts';
import { mayUseOwnersKeys } from '#server/auth/restriction.ts';
import { sql } from '#server/db/sql.ts';
import { mayRead } from './may-read.ts';
import { findExecution, findSecretConfig, type ExecutionRow } from './repository.ts';
import { openParameters, type SealedParameter } from './secret-config.ts';

/** A request that needs no other run to be understood. */
export interface WholeRequest {
  readonly body: ExecutionCreate;
  /** Values of its parameters that came sealed and stay so, whatever the schema says by now. */
  readonly sealed: readonly SealedParameter[];
}

/**
 * Takes over from an earlier run what the request leaves open. Secret values are opened to be sealed anew; nobody but
 * the process sees them. Somebody else's secrets come along only to where their owner sent them: with other parameters
 * they could be made to go elsewhere.
 *
 * @throws AppError `NOT_FOUND` (no such run, or none of the caller's business), `VALIDATION_ERROR`
 */
export async function completeRerun(actor: Actor, asked: ExecutionCreate): Promise<WholeRequest> {
  const { rerun_of: id } = asked;
  if (id === null || id === undefined) return { body: asked, sealed: [] };
  mayRead(actor, id);
  const run = await findExecution(sql, id);
  if (run === null) throw notFound('execution', id);
  if (run.action_ref !== asked.action_ref)
    throw unprocessable(`Run ${id} is one of ${run.action_ref}, not of ${asked.action_ref}.`, [
      { path: 'body.action_ref', message: `Run ${id} is one of ${run.action_ref}.` },
    ]);
  const secrets = openParameters(await findSecretConfig(sql, id));
  const kept = secrets.filter(({ steps: [name] }) => !Object.hasOwn(asked.parameters, `${name}`));
  if (kept.length > 0 && isChanged(asked, run, secrets) && !isOwn(actor, run)) {
    throw unprocessable(
      `Run ${id} was asked for by ${run.identity_login ?? 'somebody else'}: with other parameters or variables, give its secrets anew.`,
      kept.map(({ steps }) => ({
        path: `body.parameters.${nameOfSecret(steps)}`,
        message: `\`${nameOfSecret(steps)}\` is a secret of run ${id}. Give it anew, or change nothing else.`,
      })),
    );
  }
  return {
    body: {
      ...asked,
      parameters: withoutNulls(mergeSecrets(run.config, secrets), asked.parameters),
      env_vars: asked.env_vars ?? run.env_vars,
      timeout_seconds: asked.timeout_seconds ?? run.timeout_seconds,
      queue_timeout_seconds: asked.queue_timeout_seconds ?? run.queue_timeout_seconds,
      deadline_seconds: asked.deadline_seconds ?? run.deadline_seconds,
      max_retries: asked.max_retries ?? run.max_retries,
      trace_tag: asked.trace_tag ?? run.trace_tag,
    },
    sealed: kept,
  };
}

/** Whether the process would get anything else than it got, but for secrets that the caller gives. */
const isChanged = (
  asked: ExecutionCreate,
  run: ExecutionRow,
  secrets: readonly SealedParameter[],
): boolean =>
  Object.entries(asked.parameters).some(
    ([name, value]) =>
      !secrets.some(({ steps }) => steps.length === 1 && steps[0] === name) &&
      !jsonEquals(value, run.config[name]),
  ) ||
  (asked.env_vars !== undefined && !jsonEquals(asked.env_vars, run.env_vars));

/** A restricted token is not its owner: what it may not read, it may not send anywhere. */
const isOwn = (actor: Actor, run: ExecutionRow): boolean =>
  'identityId' in actor &&
  actor.identityId !== null &&
  actor.identityId === run.identity_id &&
  mayUseOwnersKeys(actor.restriction?.grants ?? null);

/** What is asked for wins, key by key; null takes one away. */
const withoutNulls = (kept: JsonObject, asked: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries({ ...kept, ...asked }).filter(([name]) => asked[name] !== null),
  );
