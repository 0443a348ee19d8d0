'use client';

import { formatCountdown, formatDuration } from '#lib/format.ts';
import { useNow } from './clock.ts';

/** How long it has been since then, counting on. `fallbackMs` is what the server knew. */
export function Elapsed({
  since,
  fallbackMs,
}: {
  readonly since: string;
  readonly fallbackMs: number;
}) {
  const now = useNow();
  // Whole seconds: the clock ticks once a second, and a tenth would only be noise.
  const ms = Math.max(0, now === null ? fallbackMs : now - Date.parse(since));
  return (
    <>
      {ms < 1_000
        ? '0 s'
        : ms < 60_000
          ? `${Math.floor(ms / 1_000)} s`
          : formatDuration(Math.floor(ms / 1_000) * 1_000)}
    </>
  );
}

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
