import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import type { TokenStatus } from '#lib/contracts/tokens.ts';

export type Lane = 'run' | 'token' | 'signals' | 'calls';

export interface Mark {
  readonly at: string;
  readonly lane: Lane;
  readonly what: string;
  readonly tone: 'plain' | 'good' | 'bad' | 'alarm';
}

/** Everything that happened to a run, in order, on one axis. */
export function marksOf(
  run: Execution,
  attempts: readonly Attempt[],
  token: TokenStatus | null,
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
  for (const attempt of attempts) {
    const name = attempts.length > 1 ? `attempt ${attempt.number}: ` : '';
    marks.push(
      mark(
        attempt.claimed_at,
        'run',
        `${name}taken by ${attempt.worker_name ?? `worker ${attempt.worker}`}`,
      ),
    );
    if (attempt.process_started_at !== null)
      marks.push(mark(attempt.process_started_at, 'run', `${name}process started`));
    for (const { signal, at } of attempt.signals)
      marks.push(mark(at, 'signals', `${name}${signal} sent`, 'bad'));
    if (attempt.ended_at !== null)
      marks.push(
        mark(
          attempt.ended_at,
          'run',
          `${name}${attempt.status}`,
          attempt.status === 'completed' ? 'good' : 'bad',
        ),
      );
  }
  if (token !== null) {
    marks.push(mark(token.issued_at, 'token', 'token issued'));
    if (token.ended_at !== null)
      marks.push(
        mark(
          token.ended_at,
          'token',
          `token ended${token.end_reason === null ? '' : `: ${token.end_reason}`}`,
        ),
      );
    for (const call of token.recent_calls) {
      const refused = call.status >= 400;
      const what = `${call.method} ${call.route} ${call.status}${call.reason === null ? '' : `, ${call.reason}`}${call.after_end ? ', after the end' : ''}`;
      marks.push(
        mark(call.at, 'calls', what, call.after_end ? 'alarm' : refused ? 'bad' : 'plain'),
      );
    }
  }
  return marks.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

const mark = (at: string, lane: Lane, what: string, tone: Mark['tone'] = 'plain'): Mark => ({
  at,
  lane,
  what,
  tone,
});
