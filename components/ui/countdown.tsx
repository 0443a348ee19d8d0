'use client';

import { formatCountdown } from '#lib/format.ts';
import { useNow } from './clock.ts';

/** What is left until then, as `8:12`. */
export function Countdown({
  until,
  fallbackMs,
}: {
  readonly until: string;
  readonly fallbackMs: number;
}) {
  const now = useNow();
  return <>{formatCountdown(now === null ? fallbackMs : Date.parse(until) - now)}</>;
}
