import { jsonEquals } from '#lib/domain/json.ts';
import type { RuleState } from '#server/sensors/process-rules.ts';

export type RuleChangeKind =
  | 'rule.created'
  | 'rule.enabled'
  | 'rule.updated'
  | 'rule.disabled'
  | 'rule.deleted';

export interface RuleChange {
  readonly kind: RuleChangeKind;
  readonly rule: RuleState;
}

export type RuleStates = ReadonlyMap<number, RuleState>;

export const byId = (rules: Iterable<RuleState>): RuleStates =>
  new Map([...rules].map((rule) => [rule.id, rule]));

/** What has to be told to somebody who knows `told` so that they know `now`, oldest rule first. */
export function diffRules(told: RuleStates, now: RuleStates): RuleChange[] {
  const gone = [...told.values()].filter(
    ({ id, trigger_ref: ref }) => now.get(id)?.trigger_ref !== ref,
  );
  return [
    ...gone.map((rule): RuleChange => ({
      kind: 'rule.deleted',
      rule: { ...rule, enabled: false },
    })),
    ...[...now.values()].flatMap((rule) => changeOf(told.get(rule.id), rule)),
  ];
}

function changeOf(before: RuleState | undefined, rule: RuleState): RuleChange[] {
  // A rule that moved to another trigger was taken away from its old one above.
  if (before === undefined || before.trigger_ref !== rule.trigger_ref)
    return [{ kind: 'rule.created', rule }];
  if (before.enabled !== rule.enabled)
    return [{ kind: rule.enabled ? 'rule.enabled' : 'rule.disabled', rule }];
  const isSame = before.ref === rule.ref && jsonEquals(before.trigger_params, rule.trigger_params);
  // Nobody acts on a rule that is off; what it says is told once it is on again.
  return isSame || !rule.enabled ? [] : [{ kind: 'rule.updated', rule }];
}

/** What somebody knows who subscribes and was started with `seed`: they need not hear of rules that are off. */
export const withSilent = (seed: RuleStates, now: RuleStates): RuleStates =>
  new Map([...[...now].filter(([id, { enabled }]) => !enabled && !seed.has(id)), ...seed]);
