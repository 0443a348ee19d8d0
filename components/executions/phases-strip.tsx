'use client';

import { useNow } from '#components/ui/clock.ts';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { formatDuration } from '#lib/format.ts';
import { PHASE_LOOK } from './phase-bar.tsx';
import { phasesOf, phaseWords } from './phases.ts';

interface PhasesStripProps {
  readonly run: Pick<
    Execution,
    'created' | 'started_at' | 'finished_at' | 'timeout_seconds' | 'status'
  >;
  readonly last: Pick<Attempt, 'claimed_at' | 'process_started_at' | 'ended_at' | 'signals'> | null;
  readonly readAtMs: number;
}

/** The whole run as one bar, with its phases in words beneath. */
export function PhasesStrip({ run, last, readAtMs }: PhasesStripProps) {
  const now = useNow() ?? readAtMs;
  const phases = phasesOf(run, last, now);
  return (
    <div className="mt-2.5">
      <div aria-label={phaseWords(phases)} className="flex h-[7px] gap-px" role="img">
        {phases.map(({ name, ms }) => (
          <span
            key={name}
            className={`block min-w-[3px] basis-0 ${PHASE_LOOK[name]}`}
            style={{ flexGrow: ms }}
          />
        ))}
      </div>
      <div className="mt-1 flex flex-wrap gap-x-4 text-xs text-ink-2">
        {phases.map(({ name, ms }) => (
          <span key={name} className="whitespace-nowrap">
            <span
              aria-hidden
              className={`mr-1.5 inline-block h-[9px] w-[9px] ${PHASE_LOOK[name]}`}
            />
            {name} {formatDuration(ms)}
          </span>
        ))}
        <span className="whitespace-nowrap text-ink-3 max-md:basis-full md:ml-auto">
          <Time at={run.created} kind="clock" />
          {run.finished_at !== null && (
            <>
              {' to '}
              <Time at={run.finished_at} kind="clock" />, <Time at={run.finished_at} />
            </>
          )}
        </span>
      </div>
    </div>
  );
}
