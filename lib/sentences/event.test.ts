import { expect, test } from 'vitest';
import { enforcementSentence } from './enforcement.ts';
import { eventSentence } from './event.ts';
import { plain } from './part.ts';

const verdict = (matched: boolean, execution: number | null = null, enabled = true) => ({
  matched,
  execution,
  enabled,
});

test('an event says what every rule made of it', () => {
  expect(
    eventSentence('a.b', [verdict(true, 1), verdict(true, 2), verdict(false), verdict(false)]),
  ).toBe('4 rules were considered: 2 matched and started a run, 2 did not match.');
  expect(eventSentence('a.b', [verdict(true), verdict(false, null, false)])).toBe(
    '1 rule was considered: 1 matched without a run. 1 more rule was switched off.',
  );
});

test('an event that nothing followed says why', () => {
  expect(eventSentence('a.b', [])).toBe('No rule listens to a.b, so nothing followed.');
  expect(eventSentence('a.b', [verdict(false, null, false)])).toBe(
    'The only rule of a.b was switched off, so nothing followed.',
  );
});

test('an enforcement says which run it made, or why none', () => {
  const facts = {
    rule_ref: 'core.greet',
    status: 'processed',
    event: 9,
    execution: 12,
    reason: null,
  } as const;
  expect(plain(enforcementSentence(facts))).toBe('core.greet matched event 9 and started run 12.');
  expect(
    plain(
      enforcementSentence({
        ...facts,
        execution: null,
        status: 'disabled',
        reason: 'its action is disabled.',
      }),
    ),
  ).toBe('core.greet matched event 9, but no run was made: its action is disabled.');
});
