'use client';

import { useNow } from '#components/ui/clock.ts';
import { Time } from '#components/ui/time.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { formatDuration } from '#lib/format.ts';
import { PHASE_LOOK } from './phase-bar.tsx';
import { segmentsOf, totalsOf, totalWords } from './segments.ts';

interface PhasesStripProps {
  readonly run: Pick<Execution, 'created' | 'finished_at' | 'run_after' | 'status'>;
  readonly attempts: readonly Pick<
    Attempt,
    'number' | 'claimed_at' | 'process_started_at' | 'ended_at' | 'signals'
  >[];
  readonly readAtMs: number;
}

/** The whole run as one bar, with its phases in words beneath. */
export function PhasesStrip({ run, attempts, readAtMs }: PhasesStripProps) {
  const now = useNow() ?? readAtMs;
  const segments = segmentsOf(run, attempts, now);
  const totals = totalsOf(segments);
  return (
    <div className="mt-2.5">
      <div aria-label={totalWords(totals)} className="flex h-[7px] gap-px" role="img">
        {segments.map(({ name, attempt, fromMs, toMs }) => (
          <span
            key={`${attempt} ${name}`}
            className={`block min-w-[3px] basis-0 ${PHASE_LOOK[name]}`}
            style={{ flexGrow: toMs - fromMs }}
          />
        ))}
      </div>
      <div className="mt-1 flex flex-wrap gap-x-4 text-xs text-ink-2">
        {totals.map(({ name, words, ms }) => (
          <span key={words} className="whitespace-nowrap">
            <span
              aria-hidden
              className={`mr-1.5 inline-block h-[9px] w-[9px] ${PHASE_LOOK[name]}`}
            />
            {words} {formatDuration(ms)}
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
