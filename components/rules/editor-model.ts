import type { Action } from '#lib/contracts/actions.ts';
import type { Rule, RuleCreate } from '#lib/contracts/rules.ts';
import type { Trigger } from '#lib/contracts/triggers.ts';
import { isJsonObject, jsonEquals, type JsonObject, type JsonValue } from '#lib/domain/json.ts';
import { parseJson } from '#components/forms/schema-values.ts';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { draftOf, type SchemaDraft, valuesOf } from '#components/forms/schema-values.ts';
import { type GroupNode, problemsOf, toConditions, toModel } from './condition-model.ts';
import { nameFor, suggestRef } from './suggest-ref.ts';

/** Conditions in the builder, or as the text that it has no form for. */
export type ConditionsDraft =
  | { readonly mode: 'form'; readonly root: GroupNode }
  | { readonly mode: 'text'; readonly text: string };

/** Everything that the editor holds. `trigger` and `action` are null until they are loaded, or when they are gone. */
export interface RuleDraft {
  readonly label: string;
  readonly description: string;
  /** Empty: the suggestion counts. */
  readonly ref: string;
  readonly packRef: string;
  readonly traceTag: string;
  readonly enabled: boolean;
  readonly triggerRef: string;
  readonly trigger: Trigger | null;
  readonly triggerParams: SchemaDraft;
  readonly conditions: ConditionsDraft;
  readonly actionRef: string;
  readonly action: Action | null;
  readonly actionParams: SchemaDraft;
}

/** The next draft, or how to get to it from what it is by then. */
export type DraftChange = RuleDraft | ((now: RuleDraft) => RuleDraft);

export const EMPTY_SCHEMA_DRAFT: SchemaDraft = { texts: {}, others: {} };

const EMPTY_CONDITIONS: ConditionsDraft = {
  mode: 'form',
  root: { kind: 'group', id: 'root', mode: 'all', children: [] },
};

/** The editor of a rule that does not exist yet. */
export const newDraft = (
  packRef: string,
  trigger: Trigger | null,
  action: Action | null,
): RuleDraft => ({
  label: '',
  description: '',
  ref: '',
  packRef,
  traceTag: '',
  enabled: true,
  triggerRef: trigger?.ref ?? '',
  trigger,
  triggerParams: EMPTY_SCHEMA_DRAFT,
  conditions: EMPTY_CONDITIONS,
  actionRef: action?.ref ?? '',
  action,
  actionParams: EMPTY_SCHEMA_DRAFT,
});

/** The editor of a rule. */
export const draftOfRule = (
  rule: Rule,
  trigger: Trigger | null,
  action: Action | null,
): RuleDraft => ({
  label: rule.label,
  description: rule.description ?? '',
  ref: rule.ref,
  packRef: rule.pack_ref,
  traceTag: rule.trace_tag_template ?? '',
  enabled: rule.enabled,
  triggerRef: rule.trigger_ref,
  trigger,
  triggerParams: draftOf(schemaFields(trigger?.param_schema), rule.trigger_params),
  conditions: conditionsDraft(rule.conditions),
  actionRef: rule.action_ref,
  action,
  actionParams: draftOf(schemaFields(action?.param_schema), rule.action_params),
});

/** In the builder when it has a form for them, else as text. */
export function conditionsDraft(conditions: JsonValue): ConditionsDraft {
  const root = toModel(conditions);
  return root === null
    ? { mode: 'text', text: JSON.stringify(conditions, null, 2) }
    : { mode: 'form', root };
}

export interface DraftCheck {
  readonly body: RuleCreate;
  /** By field: `label`, `ref`, `trigger_ref`, `action_params.url`, `conditions`, `conditions#<id of a line>` … */
  readonly problems: Readonly<Record<string, string>>;
}

/** What would be sent, and everything that is wrong with it. */
export function checkDraft(draft: RuleDraft): DraftCheck {
  const { triggerRef, actionRef } = draft;
  const triggerParams = valuesOf(schemaFields(draft.trigger?.param_schema), draft.triggerParams);
  const actionParams = valuesOf(schemaFields(draft.action?.param_schema), draft.actionParams);
  const conditions = readConditions(draft.conditions);
  const ref = draft.ref.trim() || suggestRef(draft);
  const problems: Record<string, string> = {
    ...(triggerRef === '' && { trigger_ref: 'Choose the trigger that the rule waits for.' }),
    ...(actionRef === '' && { action_ref: 'Choose the action to run.' }),
    ...(draft.packRef === '' && { pack_ref: 'Choose the pack that the rule belongs to.' }),
    ...(ref !== '' &&
      draft.packRef !== '' &&
      !ref.startsWith(`${draft.packRef}.`) && {
        ref: `The ref begins with its pack: ${draft.packRef}.…`,
      }),
    ...prefixed('trigger_params.', triggerParams.problems),
    ...prefixed('action_params.', actionParams.problems),
    ...conditions.problems,
  };
  const name = nameFor(triggerRef, actionRef);
  const body: RuleCreate = {
    ref,
    pack_ref: draft.packRef,
    label: draft.label.trim() || name.charAt(0).toUpperCase() + name.slice(1),
    description: draft.description.trim() || null,
    trigger_ref: triggerRef,
    action_ref: actionRef,
    trigger_params: triggerParams.values,
    action_params: actionParams.values,
    conditions: conditions.value,
    trace_tag_template: draft.traceTag.trim() || null,
    enabled: draft.enabled,
  };
  return { body, problems };
}

const prefixed = (
  prefix: string,
  problems: Readonly<Record<string, string>>,
): Record<string, string> =>
  Object.fromEntries(Object.entries(problems).map(([name, problem]) => [prefix + name, problem]));

type ConditionsValue = JsonValue[] | JsonObject;

function readConditions(draft: ConditionsDraft): {
  value: ConditionsValue;
  problems: Record<string, string>;
} {
  if (draft.mode === 'form') {
    return {
      value: toConditions(draft.root) as ConditionsValue,
      problems: prefixed('conditions#', problemsOf(draft.root)),
    };
  }
  const value = draft.text.trim() === '' ? [] : parseJson(draft.text);
  if (Array.isArray(value) || isJsonObject(value)) return { value, problems: {} };
  return {
    value: [],
    problems: {
      conditions:
        'The conditions are no JSON list or object, e.g. [{"field": "code", "operator": "equals", "value": 1}].',
    },
  };
}

/** The field of the editor that an error of the API is about: `body.action_params.headers.x` is `action_params.headers`. */
export function fieldOfPath(path: string): string {
  const steps = path.replace(/^body\./, '').split(/[.[]/);
  const [first = '', second = ''] = steps;
  return first === 'action_params' || first === 'trigger_params'
    ? [first, second.replace(/\]$/, '')].filter(Boolean).join('.')
    : first;
}

/** How many fields differ from what is saved. */
export function countChanges(saved: RuleCreate, now: RuleCreate): number {
  const names = Object.keys({ ...saved, ...now }) as (keyof RuleCreate)[];
  return names.filter((name) => !jsonEquals(saved[name] ?? null, now[name] ?? null)).length;
}
