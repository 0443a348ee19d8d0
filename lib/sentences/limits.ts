import type { Action } from '#lib/contracts/actions.ts';
import { DEFAULT_RETRY_POLICY, type RetryPolicy } from '#lib/domain/backoff.ts';
import type { CancellationPolicy } from '#lib/domain/cancellation.ts';
import type { OnLimit } from '#lib/domain/concurrency.ts';
import { formatSeconds } from '#lib/format.ts';
import { counted } from './part.ts';

type RetryFacts = Pick<Action, 'max_retries' | 'retry'>;

/** `up to 3 more tries, exponential from 1 s to 5 m, up to 20 % shorter by chance`. */
export function retryWords({ max_retries: retries, retry }: RetryFacts): string {
  if (retries === 0) return 'none: one that fails is not tried again';
  return `up to ${counted(retries, 'more try', 'more tries')}, ${backoffWords(policyOf(retry))}`;
}

/** What is left out is as usual. */
function policyOf(retry: Action['retry']): RetryPolicy {
  const { backoff, delay_seconds: delay, max_delay_seconds: most, jitter } = retry;
  const usual = DEFAULT_RETRY_POLICY;
  return {
    backoff: BACKOFFS.find((word) => word === backoff) ?? usual.backoff,
    delay_seconds: typeof delay === 'number' ? delay : usual.delay_seconds,
    max_delay_seconds: typeof most === 'number' ? most : usual.max_delay_seconds,
    jitter: typeof jitter === 'number' ? jitter : usual.jitter,
  };
}

const BACKOFFS = ['constant', 'linear', 'exponential'] as const;

function backoffWords({ backoff, delay_seconds: delay, ...rest }: RetryPolicy): string {
  if (delay === 0) return 'at once';
  const most = rest.max_delay_seconds;
  const span =
    backoff === 'constant'
      ? `${spanWords(Math.min(delay, most ?? delay))} apart`
      : `${backoff} from ${spanWords(delay)}${most === null ? '' : ` to ${spanWords(most)}`}`;
  const chance =
    rest.jitter === 0 ? '' : `, up to ${Math.round(rest.jitter * 100)} % shorter by chance`;
  return `${span}${chance}`;
}

/** Half a second is a delay too. */
const spanWords = (seconds: number): string =>
  seconds < 1 ? `${Math.round(seconds * 1_000)} ms` : formatSeconds(seconds);

/** What happens when a try outlives its time-out, or its worker dies. */
export const repeatWords = ({
  idempotent,
  retry_on_timeout: afterTimeout,
  max_retries: retries,
}: Pick<Action, 'idempotent' | 'retry_on_timeout' | 'max_retries'>): {
  readonly lost: string;
  readonly timeout: string;
} => ({
  lost: !idempotent
    ? 'not tried again: it is not idempotent, so it may have done its work'
    : retries === 0
      ? 'not tried again: it is idempotent, but has no retries'
      : 'tried again: it is idempotent',
  timeout: afterTimeout && retries > 0 ? 'tried again' : 'not tried again',
});

const AT_LIMIT: Readonly<Record<OnLimit, string>> = {
  enqueue: 'one more waits for its turn',
  cancel: 'one more is cancelled',
  replace: 'one more takes the place of the oldest, which is cancelled',
};

interface LimitFacts {
  readonly limit: number;
  readonly key: string | null;
  readonly on_limit: OnLimit;
}

/** `at most 2 at once per {{ parameters.host }}; one more waits for its turn`. */
export const limitWords = ({ limit, key, on_limit: word }: LimitFacts): string =>
  `at most ${limit} at once${key === null ? '' : ` per ${key}`}; ${AT_LIMIT[word]}`;

/** What a cancel does to the runs that a run has started. */
export const cancellationWords = (policy: CancellationPolicy): string =>
  policy === 'cancel_running'
    ? 'its children are cancelled with it, the running ones too'
    : 'its waiting children are cancelled with it; those that run may finish';
