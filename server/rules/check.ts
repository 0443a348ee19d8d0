import { parseConditions } from '#lib/domain/conditions/index.ts';
import { jsonEquals, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { renderTemplates } from '#lib/domain/templates.ts';
import { AppError, type ErrorDetail, notFound, unprocessable } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import type { Db } from '#server/db/prisma.ts';
import { checkDelegation } from '#server/packs/permission-sets.ts';
import { mayReference } from '#server/packs/references.ts';
import { timerFormats } from '#server/triggers/timer-formats.ts';
import { problemsOfActionParams, problemsOfTriggerParams } from './check-params.ts';

/** What of a rule has to fit its surroundings. */
export interface RuleContent {
  readonly packRef: string;
  readonly triggerRef: string;
  readonly actionRef: string;
  readonly triggerParams: JsonObject;
  readonly actionParams: JsonObject;
  readonly conditions: JsonValue;
  readonly permissionSetRefs: readonly string[] | null;
  readonly traceTagTemplate: string | null;
}

/**
 * Whether a rule can work: what it names is there and may be named, its conditions and templates can be read, its
 * parameters fit. Everything that does not fit is told at once.
 *
 * @param before what the rule said until now, null for a new one: a time that has passed since is no mistake of
 * whoever changes something else
 * @throws AppError `NOT_FOUND` with the ref, `VALIDATION_ERROR` with a line for each field, `FORBIDDEN`
 */
export async function checkRule(
  db: Db,
  actor: Actor,
  rule: RuleContent,
  before: RuleContent | null = null,
): Promise<void> {
  const trigger = await db.trigger.findUnique({ where: { ref: rule.triggerRef } });
  if (trigger === null) throw notFound('trigger', rule.triggerRef);
  const action = await db.action.findUnique({ where: { ref: rule.actionRef } });
  if (action === null) throw notFound('action', rule.actionRef);
  requireToRun(actor, action);
  await checkDelegation(db, actor, rule.permissionSetRefs);

  const conditions = parseConditions(rule.conditions);
  const details: ErrorDetail[] = [
    ...(mayReference(rule.packRef, trigger)
      ? []
      : [refused('trigger_ref', rule.triggerRef, rule.packRef)]),
    ...(mayReference(rule.packRef, action)
      ? []
      : [refused('action_ref', rule.actionRef, rule.packRef)]),
    ...(conditions.ok
      ? []
      : conditions.problems.map(({ path, message }) => ({
          path: at('conditions', path),
          message,
        }))),
    ...problemsOfTriggerParams(
      trigger.paramSchema,
      rule.triggerParams,
      'body.trigger_params',
      isFiredAsBefore(rule, before) ? {} : timerFormats(new Date()),
    ),
    ...problemsOfActionParams(action.paramSchema, rule.actionParams, 'body.action_params'),
    ...traceTagProblems(rule.traceTagTemplate),
  ];
  if (details.length > 0) {
    throw unprocessable(
      `The rule does not fit: ${details[0]?.path}: ${details[0]?.message}`,
      details,
    );
  }
}

/**
 * What a rule runs is run in the name of whoever said so. Who may not run the action hands that to nobody; and a rule
 * knows no bounds of a token.
 */
function requireToRun(actor: Actor, action: { readonly ref: string; readonly packRef: string }) {
  authorize(actor, 'actions:execute', { ref: action.ref, pack_ref: action.packRef });
  if (!('restriction' in actor) || actor.restriction === undefined) return;
  throw new AppError(
    'FORBIDDEN',
    'A restricted API token cannot say what rules run: it would be run with all that its owner holds. Log in, or use a token without restriction.',
  );
}

const isFiredAsBefore = (rule: RuleContent, before: RuleContent | null): boolean =>
  before !== null &&
  rule.triggerRef === before.triggerRef &&
  jsonEquals(rule.triggerParams, before.triggerParams);

const refused = (field: string, ref: string, packRef: string): ErrorDetail => ({
  path: `body.${field}`,
  message: `${ref} may not be used by rules of the pack ${packRef}: it is not public`,
});

const at = (field: string, path: string): string => {
  if (path === '') return `body.${field}`;
  return path.startsWith('[') ? `body.${field}${path}` : `body.${field}.${path}`;
};

const traceTagProblems = (template: string | null): ErrorDetail[] =>
  renderTemplates(template, { event: null, pack: { config: {} }, system: {} }).problems.map(
    ({ message }) => ({
      path: 'body.trace_tag_template',
      message,
    }),
  );
