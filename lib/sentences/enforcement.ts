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

/** What is so with a page of enforcements. */
export function enforcementsSentence(
  page: readonly Pick<EnforcementSummary, 'execution'>[],
  isFiltered: boolean,
): string {
  if (page.length === 0)
    return isFiltered ? 'No enforcement fits these filters.' : 'No event has matched a rule yet.';
  const idle = page.filter(({ execution }) => execution === null).length;
  if (page.length === 1)
    return idle === 0 ? 'The one match here started a run.' : 'The one match here started no run.';
  return idle === 0
    ? `Each of these ${page.length} matches started a run.`
    : `Of these ${page.length} matches ${page.length - idle} started a run and ${idle} did not.`;
}
