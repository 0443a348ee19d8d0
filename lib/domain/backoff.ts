/** How long to wait between attempts. Times in seconds, as on the wire. */
export interface RetryPolicy {
  readonly backoff: 'constant' | 'linear' | 'exponential';
  readonly delay_seconds: number;
  /** No wait is longer, jitter included; null: one hour. */
  readonly max_delay_seconds: number | null;
  /** 0 to 1: the share of the wait that chance may take away. */
  readonly jitter: number;
}

export const DEFAULT_RETRY_POLICY: RetryPolicy = {
  backoff: 'exponential',
  delay_seconds: 1,
  max_delay_seconds: 300,
  jitter: 0.2,
};

const MAX_DELAY_SECONDS = 3_600;

/**
 * The wait before the attempt that follows attempt `attempt` (1, 2, …), in milliseconds.
 *
 * `random` is a number from 0 up to 1. Jitter only shortens, so the cap holds.
 */
export function retryDelayMs(policy: RetryPolicy, attempt: number, random: number): number {
  const failures = Math.max(1, Math.floor(attempt));
  const capSeconds = Math.max(0, policy.max_delay_seconds ?? MAX_DELAY_SECONDS);
  const delaySeconds = Math.max(0, policy.delay_seconds);
  const wantedSeconds = Math.min(capSeconds, delaySeconds * factorOf(policy.backoff, failures));
  const jitter = Math.min(1, Math.max(0, policy.jitter));
  return Math.round(wantedSeconds * 1_000 * (1 - jitter * random));
}

function factorOf(backoff: RetryPolicy['backoff'], failures: number): number {
  switch (backoff) {
    case 'constant':
      return 1;
    case 'linear':
      return failures;
    case 'exponential':
      // 2^1023 is the last finite power; anything near it is far beyond every cap.
      return 2 ** Math.min(failures - 1, 60);
  }
}
