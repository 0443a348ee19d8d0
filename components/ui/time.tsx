'use client';

import { DAY_MS, formatClock, formatDate, formatExact, formatRelative } from '#lib/format.ts';
import { memo } from 'react';
import { useNow, useZone } from './clock.ts';

interface TimeProps {
  readonly at: string | null;
  /** `relative` under a day, else the date; `clock` with ms, inside a run; `exact` with date and zone. */
  readonly kind?: 'relative' | 'clock' | 'exact';
  readonly className?: string;
}

/** A moment. What it is exactly, zone included, is said on hover. */
export const Time = memo(function Time({ at, kind = 'relative', className }: TimeProps) {
  const zone = useZone();
  if (at === null) return <span className="text-ink-3">–</span>;
  return (
    <time className={className} dateTime={at} title={formatExact(at, zone)}>
      {kind === 'relative' ? (
        <Relative at={at} zone={zone} />
      ) : kind === 'clock' ? (
        formatClock(at, zone)
      ) : (
        formatExact(at, zone)
      )}
    </time>
  );
});

/** Only what is younger than a day has to hear the clock; it is asked all the same, for it may be about to become older. */
function Relative({ at, zone }: { readonly at: string; readonly zone: string }) {
  const now = useNow();
  return now === null || Math.abs(now - Date.parse(at)) >= DAY_MS
    ? formatDate(at, zone)
    : formatRelative(at, now, zone);
}
