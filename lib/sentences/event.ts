import type { RuleVerdict } from '#lib/contracts/events.ts';
import { formatDate, formatDuration } from '#lib/format.ts';
import { counted } from './part.ts';

type VerdictFacts = Pick<RuleVerdict, 'enabled' | 'matched' | 'execution'>;

/** `4 rules were considered: 2 matched and started a run, 2 did not match.` */
export function eventSentence(triggerRef: string, verdicts: readonly VerdictFacts[]): string {
  const considered = verdicts.filter(({ enabled }) => enabled);
  const off = verdicts.length - considered.length;
  if (verdicts.length === 0) return `No rule listens to ${triggerRef}, so nothing followed.`;
  if (considered.length === 0) {
    return `${verdicts.length === 1 ? 'The only rule' : `All ${verdicts.length} rules`} of ${triggerRef} ${verdicts.length === 1 ? 'was' : 'were'} switched off, so nothing followed.`;
  }
  const matched = considered.filter((verdict) => verdict.matched);
  const started = matched.filter(({ execution }) => execution !== null).length;
  const missed = considered.length - matched.length;
  const outcomes = [
    started > 0 && `${started} matched and started a run`,
    matched.length > started && `${matched.length - started} matched without a run`,
    missed > 0 && `${missed} did not match`,
  ].filter((outcome) => outcome !== false);
  const rest =
    off === 0 ? '' : ` ${counted(off, 'more rule')} ${off === 1 ? 'was' : 'were'} switched off.`;
  return `${counted(considered.length, 'rule')} ${considered.length === 1 ? 'was' : 'were'} considered: ${outcomes.join(', ')}.${rest}`;
}

interface ListFacts {
  readonly nowMs: number;
  readonly isFiltered: boolean;
  readonly isOlder: boolean;
}

/** What is so with a page of events. */
export function eventsSentence(
  events: readonly { readonly created: string; readonly trigger_ref: string }[],
  { nowMs, isFiltered, isOlder }: ListFacts,
): string {
  const [newest] = events;
  if (newest === undefined)
    return isFiltered ? 'No event fits these filters.' : 'No event has come yet.';
  if (isOlder) return `Older events, from ${formatDate(newest.created, 'UTC')} UTC back.`;
  const ms = Math.max(0, nowMs - Date.parse(newest.created));
  return `The newest event${isFiltered ? ' that fits' : ''} came ${ms < 1_000 ? 'just now' : `${formatDuration(Math.floor(ms / 1_000) * 1_000).replace('.0 s', ' s')} ago`}, of ${newest.trigger_ref}.`;
}
