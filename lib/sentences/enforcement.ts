import type { EnforcementSummary } from '#lib/contracts/enforcements.ts';
import { paths } from '#lib/paths.ts';
import type { Part } from './part.ts';

type EnforcementFacts = Pick<
  EnforcementSummary,
  'rule_ref' | 'status' | 'event' | 'execution' | 'reason'
>;

/** `core.greet matched event 90417 and started run 48211.` */
export function enforcementSentence({
  rule_ref: ruleRef,
  status,
  event,
  execution,
  reason,
}: EnforcementFacts): Part[] {
  const start: Part[] = [
    { text: ruleRef, href: paths.rule(ruleRef) },
    ' matched ',
    event === null ? 'an event that is gone' : { text: `event ${event}`, href: paths.event(event) },
  ];
  if (execution !== null)
    return [
      ...start,
      ' and started ',
      { text: `run ${execution}`, href: paths.execution(execution) },
      '.',
    ];
  switch (status) {
    case 'created':
      return [...start, '; its run is being made.'];
    case 'processed':
    case 'disabled':
      return [
        ...start,
        `, but no run was made: ${(reason ?? 'no reason was recorded').replace(/\.$/, '')}.`,
      ];
  }
}
