import { Facts } from '#components/ui/facts.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { Action } from '#lib/contracts/actions.ts';
import { formatSeconds } from '#lib/format.ts';
import { cancellationWords, limitWords, repeatWords, retryWords } from '#lib/sentences/limits.ts';
import { declaredLimitWords } from '#lib/sentences/resource-limits.ts';

/** What holds for every run of an action: its clocks, its retries, and what runs share. */
export function ActionTerms({ action }: { readonly action: Action }) {
  const repeats = repeatWords(action);
  return (
    <Panel padded title="Clocks, retries and limits">
      <Facts
        facts={{
          'Wait at most': clock(action.queue_timeout_seconds),
          'Run at most':
            action.timeout_seconds === null
              ? '10 m, the default'
              : formatSeconds(action.timeout_seconds),
          'In all at most': clock(action.deadline_seconds),
          Retries: retryWords(action),
          'After time-out': action.max_retries === 0 ? undefined : repeats.timeout,
          'Lost worker': repeats.lost,
          Limit:
            action.concurrency === null ? (
              <span className="text-ink-3">none: any number may run at once</span>
            ) : (
              limitWords(action.concurrency)
            ),
          'May use': declaredLimitWords(action.limits) ?? (
            <span className="text-ink-3">what the worker&rsquo;s settings allow</span>
          ),
          'On cancel': cancellationWords(action.cancellation_policy),
        }}
      />
    </Panel>
  );
}

/** Waiting and retries count for the last of the three, too. */
const clock = (seconds: number | null) =>
  seconds === null ? <span className="text-ink-3">no limit</span> : formatSeconds(seconds);
