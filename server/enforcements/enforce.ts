import { evaluateConditions, type EventContext } from '#lib/domain/conditions/index.ts';
import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import { renderTemplates, type TemplateContext } from '#lib/domain/templates.ts';
import type { ErrorDetail } from '#lib/errors.ts';
import type { Tx } from '#server/db/sql.ts';
import type { NewExecution } from '#server/executions/repository.ts';
import { requestExecutions } from '#server/executions/request.ts';
import { prepareParameters, termsOf } from '#server/executions/runnable-action.ts';
import * as enforcements from './repository.ts';
import type { CompiledRule, RuleBook } from './rule-book.ts';

/** An event that has been stored and is to be matched. */
export interface StoredEvent {
  readonly id: number;
  readonly trigger_ref: string;
  readonly payload: JsonObject;
  readonly trace_tag: string | null;
  readonly created: Date;
  /** Only this rule is asked; null = every rule of the trigger. 0 = a rule that is not there. */
  readonly rule_id: number | null;
}

type Plan = Omit<enforcements.NewEnforcement, 'id'> & {
  readonly execution: Omit<NewExecution, 'enforcement_id'> | null;
};

/**
 * Asks every rule about every event, and stores one enforcement per match with its execution and job: three
 * statements for all of them. A match that cannot become an execution is an enforcement that says why.
 */
export async function enforce(
  tx: Tx,
  book: RuleBook,
  events: readonly StoredEvent[],
): Promise<void> {
  const plans = events.flatMap((event) => plansFor(book, event));
  const ids = await enforcements.insertEnforcements(
    tx,
    plans.map(({ execution: _, ...row }) => row),
  );
  const rows = plans.flatMap(({ execution }, at) =>
    execution === null ? [] : [{ ...execution, enforcement_id: ids[at] ?? null }],
  );
  await requestExecutions(tx, rows, plans.length === 0 ? ['events'] : ['events', 'enforcements']);
}

function plansFor(book: RuleBook, event: StoredEvent): Plan[] {
  if (book.triggers.get(event.trigger_ref)?.enabled === false) return [];
  const context = contextOf(event, book.triggers.get(event.trigger_ref)?.id ?? null);
  return (book.rules.get(event.trigger_ref) ?? [])
    .filter((rule) => event.rule_id === null || event.rule_id === rule.id)
    .filter(
      (rule) => rule.condition !== null && evaluateConditions(rule.condition, context).matched,
    )
    .map((rule) => planFor(rule, event, context));
}

/** What conditions and templates see of an event. */
export const contextOf = (
  event: Pick<StoredEvent, 'id' | 'trigger_ref' | 'payload' | 'created'>,
  triggerId: number | null,
): EventContext => ({
  id: event.id,
  trigger: triggerId === null ? event.trigger_ref : String(triggerId),
  trigger_ref: event.trigger_ref,
  payload: event.payload,
  created: event.created.toISOString(),
});

function planFor(rule: CompiledRule, event: StoredEvent, context: EventContext): Plan {
  const base = {
    rule_id: rule.id,
    rule_ref: rule.ref,
    rule_version: rule.version,
    trigger_ref: event.trigger_ref,
    event_id: event.id,
    conditions: rule.conditions,
  };
  const refuse = (
    code: string,
    message: string,
    details: readonly ErrorDetail[] = [],
    rendered: JsonValue = null,
  ): Plan => ({
    ...base,
    config: rendered,
    status: 'disabled',
    reason: {
      code,
      message,
      details: details.map(({ path, message: text }) => ({ path, message: text })),
    },
    execution: null,
  });

  const { action } = rule;
  if (action === null)
    return refuse(
      'ACTION_MISSING',
      `The action ${rule.actionRef} is gone. Choose another one in the rule.`,
    );
  if (!action.enabled)
    return refuse(
      'ACTION_DISABLED',
      `The action ${action.ref} is disabled. Enable it to have it run.`,
    );
  const templates: TemplateContext = {
    event: { ...context },
    pack: { config: rule.packConfig },
    system: { timestamp: event.created.toISOString(), rule: { id: rule.id, ref: rule.ref } },
  };
  const rendered = renderTemplates(rule.actionParams, templates);
  if (rendered.problems.length > 0) {
    return refuse(
      'TEMPLATE_INVALID',
      `The parameters could not be rendered: ${rendered.problems[0]?.message}`,
      rendered.problems,
    );
  }
  const parameters = prepareParameters(action, rendered.value as JsonObject);
  if (!parameters.ok) {
    const first = parameters.problems[0];
    return refuse(
      'PARAMETERS_INVALID',
      `The parameters do not fit ${action.ref}: ${first?.message}`,
      parameters.problems,
      parameters.shown,
    );
  }
  const traceTag =
    rule.traceTagTemplate === null ? null : renderTemplates(rule.traceTagTemplate, templates).value;
  return {
    ...base,
    config: parameters.config,
    status: 'processed',
    reason: null,
    execution: {
      action_id: action.id,
      action_ref: action.ref,
      pack_ref: action.pack_ref,
      config: parameters.config,
      secret_config: parameters.secretConfig,
      env_vars: {},
      parent_id: null,
      root_id: null,
      rerun_of: null,
      rule_ref: rule.ref,
      trigger_ref: event.trigger_ref,
      trace_tag:
        typeof traceTag === 'string' && traceTag !== '' ? traceTag.slice(0, 200) : event.trace_tag,
      identity_id: rule.ownerIdentityId,
      permission_set_refs: rule.permissionSetRefs ?? action.permission_set_refs,
      restricted_to: null,
      ...termsOf(action, parameters.config),
      idempotency_key: null,
    },
  };
}
