import { describe, expect, test } from 'vitest';
import type { RuleState } from '#server/sensors/process-rules.ts';
import { byId, diffRules, withSilent } from './rule-changes.ts';

const rule = (id: number, changes: Partial<RuleState> = {}): RuleState => ({
  id,
  ref: `test.rule_${id}`,
  enabled: true,
  trigger_ref: 'test.tick',
  trigger_params: { n: 1 },
  ...changes,
});

const diff = (told: RuleState[], now: RuleState[]): string[] =>
  diffRules(byId(told), byId(now)).map(
    (change) => `${change.kind} ${change.rule.id} ${change.rule.trigger_ref}`,
  );

describe('diffRules', () => {
  test('says nothing of what has not changed', () => {
    expect(diff([rule(1)], [rule(1)])).toEqual([]);
  });

  test('tells each kind of change by its own word', () => {
    expect(
      diff(
        [rule(1), rule(2, { enabled: false }), rule(3), rule(4)],
        [rule(2), rule(3, { enabled: false }), rule(4, { trigger_params: { n: 2 } }), rule(5)],
      ),
    ).toEqual([
      'rule.deleted 1 test.tick',
      'rule.enabled 2 test.tick',
      'rule.disabled 3 test.tick',
      'rule.updated 4 test.tick',
      'rule.created 5 test.tick',
    ]);
  });

  test('takes a rule away from its old trigger before it gives it to the new one', () => {
    expect(diff([rule(1)], [rule(1, { trigger_ref: 'test.tock' })])).toEqual([
      'rule.deleted 1 test.tick',
      'rule.created 1 test.tock',
    ]);
  });

  test('does not tell of a rule that is off and changes', () => {
    expect(
      diff([rule(1, { enabled: false })], [rule(1, { enabled: false, trigger_params: { n: 2 } })]),
    ).toEqual([]);
  });
});

describe('withSilent', () => {
  test('keeps quiet about rules that are off, unless the subscriber was started with them', () => {
    const now = byId([rule(1, { enabled: false }), rule(2, { enabled: false }), rule(3)]);
    const told = withSilent(byId([rule(1)]), now);

    expect(diffRules(told, now).map(({ kind, rule: { id } }) => `${kind} ${id}`)).toEqual([
      'rule.disabled 1',
      'rule.created 3',
    ]);
  });
});
