import { setTimeout as delay } from 'node:timers/promises';

interface Wait {
  /** What is waited for, in words. */
  readonly until: string;
  readonly withinMs: number;
}

const INTERVAL_MS = 25;

/**
 * Looks again and again until it is so.
 *
 * @throws Error with what was seen last when it does not come to that in time
 */
export async function waitFor<T>(
  { until, withinMs }: Wait,
  look: () => T | Promise<T>,
  isSo: (seen: T) => boolean,
): Promise<void> {
  const deadline = performance.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (isSo(seen)) return;
    if (performance.now() > deadline)
      throw new Error(`Not ${until} within ${withinMs} ms: ${JSON.stringify(seen)}`);
    await delay(INTERVAL_MS);
  }
}
