import type { GlyphName } from '#components/ui/glyph.tsx';
import type { Attempt, Execution, ExecutionSummary } from '#lib/contracts/executions.ts';
import type { TokenCall, TokenStatus } from '#lib/contracts/tokens.ts';

export type Lane = 'run' | 'token' | 'signals' | 'calls' | 'children';

export const LANE_NAMES: Readonly<Record<Lane, string>> = {
  run: 'Run',
  token: 'Token',
  signals: 'Signals',
  calls: 'API calls',
  children: 'Children',
};

export interface Mark {
  readonly at: string;
  readonly lane: Lane;
  readonly what: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'alarm';
}

/** How a moment looks, on the axis and in the list. */
export const MARK_TONES: Readonly<
  Record<Mark['tone'], { readonly text: string; readonly glyph: GlyphName | null }>
> = {
  plain: { text: 'text-ink', glyph: null },
  good: { text: 'text-ink', glyph: 'completed' },
  bad: { text: 'text-failed', glyph: 'failed' },
  alarm: { text: 'text-failed', glyph: 'alarm' },
};

/** Everything that happened to a run, in order, on one axis. */
export function marksOf(
  run: Execution,
  attempts: readonly Attempt[],
  tokens: readonly TokenStatus[],
  children: readonly ExecutionSummary[],
): Mark[] {
  const marks: Mark[] = [mark(run.created, 'run', 'asked for')];
  if (run.cancel_requested_at !== null)
    marks.push(
      mark(
        run.cancel_requested_at,
        'run',
        `cancel asked for by ${run.cancel_requested_by ?? 'somebody'}`,
        'bad',
      ),
    );
  const nameOf = (number: number | null) =>
    attempts.length > 1 && number !== null ? `attempt ${number}: ` : '';
  for (const attempt of attempts) marks.push(...marksOfAttempt(attempt, nameOf(attempt.number)));
  for (const token of tokens) marks.push(...marksOfToken(token, nameOf(token.attempt)));
  for (const { id, action_ref: action, created, status } of children)
    marks.push(mark(created, 'children', `started run ${id} of ${action}: ${status}`));
  return marks.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function marksOfAttempt(attempt: Attempt, name: string): Mark[] {
  const { claimed_at: claimed, process_started_at: started, ended_at: ended, status } = attempt;
  const worker = attempt.worker_name ?? `worker ${attempt.worker}`;
  return [
    mark(claimed, 'run', `${name}taken by ${worker}`),
    ...(started === null ? [] : [mark(started, 'run', `${name}process started`)]),
    ...attempt.signals.map(({ signal, at }) => mark(at, 'signals', `${name}${signal} sent`, 'bad')),
    ...(ended === null
      ? []
      : [mark(ended, 'run', `${name}${status}`, status === 'completed' ? 'good' : 'bad')]),
  ];
}

function marksOfToken(token: TokenStatus, name: string): Mark[] {
  const { issued_at: issued, ended_at: ended, end_reason: reason } = token;
  return [
    mark(issued, 'token', `${name}token issued`),
    ...(ended === null
      ? []
      : [mark(ended, 'token', `${name}token ended${reason === null ? '' : `: ${reason}`}`)]),
    ...token.recent_calls.map((call) => markOfCall(call, name)),
  ];
}

function markOfCall(call: TokenCall, name: string): Mark {
  const why = call.reason === null ? '' : `, ${call.reason}`;
  const late = call.after_end ? ', after the end' : '';
  return mark(
    call.at,
    'calls',
    `${name}${call.method} ${call.route} ${call.status}${why}${late}`,
    call.after_end ? 'alarm' : call.status >= 400 ? 'bad' : 'plain',
  );
}

const mark = (at: string, lane: Lane, what: string, tone: Mark['tone'] = 'plain'): Mark => ({
  at,
  lane,
  what,
  tone,
});
