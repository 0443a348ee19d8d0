import type { ExecutionCreate } from '#lib/contracts/executions.ts';
import { checkEnvVars } from '#lib/domain/environment.ts';
import type { Grant } from '#lib/domain/grant.ts';
import { intersectGrants } from '#lib/domain/intersect-grants.ts';
import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import type { Masker } from '#lib/domain/masking/index.ts';
import { allows, covers } from '#lib/domain/permissions.ts';
import { AppError, notFound, unprocessable } from '#lib/errors.ts';
import { type Actor, authorize, forbidden } from '#server/auth/actor.ts';
import { requireToHold } from '#server/auth/delegation.ts';
import { findIdentity } from '#server/auth/identities.ts';
import type { Restriction } from '#server/auth/restriction.ts';
import { sql } from '#server/db/sql.ts';
import { findPermissionSets } from '#server/identities/permission-set-repository.ts';
import { maskerFor } from './mask-payload.ts';
import { mayRead } from './may-read.ts';
import { refuseMasks } from './refuse-masks.ts';
import * as executions from './repository.ts';
import { completeRerun } from './rerun.ts';
import {
  findRunnableAction,
  prepareParameters,
  type RunnableAction,
  termsOf,
} from './runnable-action.ts';

/** What an execution inherits from whoever asked for it. */
interface Lineage {
  readonly parentId: number | null;
  readonly rootId: number | null;
  readonly identityId: number | null;
  readonly ruleRef: string | null;
  readonly triggerRef: string | null;
  readonly traceTag: string | null;
}

/**
 * Everything that is checked before an execution exists; nothing is written.
 *
 * @throws AppError `NOT_FOUND` (action), `BAD_REQUEST` (disabled), `VALIDATION_ERROR`, `FORBIDDEN`
 */
export async function newExecution(
  actor: Actor,
  asked: ExecutionCreate,
  idempotencyKey: string | null,
): Promise<executions.NewExecution> {
  const action = await findRunnableAction(sql, asked.action_ref);
  if (action === null) throw notFound('action', asked.action_ref);
  await mayRun(actor, action);
  if (!action.enabled)
    throw new AppError('BAD_REQUEST', `The action ${action.ref} is disabled. Enable it first.`);
  const { body, sealed } = await completeRerun(actor, asked);
  const variables = body.env_vars ?? {};
  checkEnvironment(variables);
  refuseMasks('body.parameters', body.parameters);
  refuseMasks('body.env_vars', variables);
  const parameters = prepareParameters(action, body.parameters, sealed);
  if (!parameters.ok) {
    throw unprocessable(
      `The parameters do not fit ${action.ref}.`,
      parameters.problems.map(({ path, message }) => ({
        path: `body.parameters.${path}`,
        message,
      })),
    );
  }
  const lineage = await lineageOf(actor, body);
  // What the asking run knows is told on by secret parameters only: everything else is read by others.
  const masker = await maskerFor(actor);
  const shown = masker === null ? parameters.config : maskObject(masker, parameters.config);
  const terms = termsOf(action, shown);
  return {
    action_id: action.id,
    action_ref: action.ref,
    pack_ref: action.pack_ref,
    config: shown,
    secret_config: parameters.secretConfig,
    env_vars: masker === null ? variables : maskTexts(masker, variables),
    parent_id: lineage.parentId,
    root_id: lineage.rootId,
    rerun_of: body.rerun_of ?? null,
    enforcement_id: null,
    rule_ref: lineage.ruleRef,
    trigger_ref: lineage.triggerRef,
    // Children carry the tag of their root (contract §1).
    trace_tag: lineage.traceTag ?? maskText(masker, body.trace_tag ?? null),
    identity_id: lineage.identityId,
    permission_set_refs: await grantedSets(actor, body, action),
    restricted_to: restrictionOf(actor)?.refs ?? null,
    ...terms,
    timeout_seconds: body.timeout_seconds ?? terms.timeout_seconds,
    queue_timeout_seconds: body.queue_timeout_seconds ?? terms.queue_timeout_seconds,
    deadline_seconds: body.deadline_seconds ?? terms.deadline_seconds,
    max_retries: body.max_retries ?? terms.max_retries,
    idempotency_key: ownKey(actor, maskText(masker, idempotencyKey)),
  };
}

function maskObject(masker: Masker, value: JsonObject): JsonObject {
  const masked = masker.json(value);
  return isJsonObject(masked) ? masked : {};
}

const maskTexts = (masker: Masker, texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(texts).map(([name, value]) => [masker.text(name), masker.text(value)]),
  );

const maskText = (masker: Masker | null, text: string | null): string | null =>
  masker === null || text === null ? text : masker.text(text);

/**
 * The same key is the same execution, which is the answer: so a run has keys of its own, and what is restricted has, or
 * they would be answered with what else their owner has asked for. No header holds a line break: such a key is nobody's.
 */
function ownKey(actor: Actor, key: string | null): string | null {
  if (key === null) return null;
  if (actor.kind === 'execution') return `execution:${actor.executionId}\n${key}`;
  const restriction = restrictionOf(actor);
  return restriction === null ? key : `within:${restriction.refs.toSorted().join()}\n${key}`;
}

async function mayRun(actor: Actor, action: RunnableAction): Promise<void> {
  const target = { ref: action.ref, pack_ref: action.pack_ref };
  if (actor.kind !== 'execution') return authorize(actor, 'actions:execute', target);
  if (!actor.scopes.includes('execution:create:child')) throw forbidden('execution:create:child');
  // The run may be older than a change of its owner's permissions: what counts is what the owner may do now.
  if (actor.identityId === null) return;
  const owner = await findIdentity(sql, actor.identityId);
  if (
    owner === null ||
    owner.frozen ||
    !allows(boundedTo(actor, owner.grants), { resource: 'actions', action: 'execute', target })
  ) {
    throw forbidden('actions:execute');
  }
}

/** What comes from a restricted token is restricted with it, and so is what comes from that. */
const restrictionOf = (actor: Actor): Restriction | null =>
  ('restriction' in actor ? actor.restriction : null) ?? null;

function boundedTo(actor: Actor, grants: readonly Grant[]): readonly Grant[] {
  const restriction = restrictionOf(actor);
  return restriction === null ? grants : intersectGrants(grants, restriction.grants);
}

function checkEnvironment(variables: Readonly<Record<string, string>>): void {
  const checked = checkEnvVars(variables);
  if (checked.ok) return;
  const names = checked.refused.map(({ name }) => `'${name}'`).join(', ');
  throw unprocessable(
    `These variables cannot be set: ${names}.`,
    checked.refused.map(({ name, reason }) => ({ path: `body.env_vars.${name}`, message: reason })),
  );
}

async function lineageOf(actor: Actor, body: ExecutionCreate): Promise<Lineage> {
  if (actor.kind === 'execution') {
    const parent = await executions.findExecution(sql, actor.executionId);
    if (parent === null) throw notFound('execution', actor.executionId);
    return inherit(parent, actor.identityId);
  }
  const identityId = actor.kind === 'identity' ? actor.identityId : null;
  if (body.parent === null || body.parent === undefined) {
    return {
      parentId: null,
      rootId: null,
      identityId,
      ruleRef: null,
      triggerRef: null,
      traceTag: null,
    };
  }
  mayRead(actor, body.parent); // its child says its rule, its trigger and its trace tag
  const parent = await executions.findExecution(sql, body.parent);
  if (parent === null) throw notFound('execution', body.parent);
  return inherit(parent, identityId);
}

/** Children carry rule, trigger and trace tag of their root (contract §1). */
const inherit = (parent: executions.ExecutionRow, identityId: number | null): Lineage => ({
  parentId: parent.id,
  rootId: parent.root_id ?? parent.id,
  identityId,
  ruleRef: parent.rule_ref,
  triggerRef: parent.trigger_ref,
  traceTag: parent.trace_tag,
});

/** Of the sets that an action comes with, those of which the run that asks holds everything. */
async function setsWithin(
  grants: readonly Grant[],
  refs: readonly string[],
): Promise<readonly string[]> {
  if (refs.length === 0) return refs;
  const sets = await findPermissionSets(sql, refs);
  return sets.filter((set) => covers(grants, set.grants)).map(({ ref }) => ref);
}

/** Sets that the request names must be the caller's own to give; a run gives its children no more than it has. */
async function grantedSets(
  actor: Actor,
  body: ExecutionCreate,
  action: RunnableAction,
): Promise<readonly string[]> {
  const asked = body.permission_set_refs;
  if (asked === null || asked === undefined)
    return actor.kind === 'execution'
      ? setsWithin(actor.grants, action.permission_set_refs)
      : action.permission_set_refs;
  if (asked.length === 0) return asked;
  authorize(actor, 'permissions:manage');
  const sets = new Map((await findPermissionSets(sql, asked)).map((set) => [set.ref, set]));
  for (const ref of asked) {
    const set = sets.get(ref);
    if (set === undefined) throw notFound('permission set', ref);
    requireToHold(actor, set.grants, `the permission set ${ref}`);
  }
  return asked;
}
