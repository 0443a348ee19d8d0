import type { Phase, PhaseName } from './phases.ts';
import { phaseWords } from './phases.ts';

export const PHASE_LOOK: Readonly<Record<PhaseName, string>> = {
  queued: 'phase-queued',
  starting: 'phase-starting',
  running: 'phase-running',
  killing: 'phase-killing',
};

/** The share of a cell that a run of exactly its time-out fills; what goes further was killed. */
const LIMIT_SHARE = 0.72;

interface TookBarProps {
  readonly phases: readonly Phase[];
  readonly timeoutSeconds: number | null;
}

/** One run in a table: its scale is the time-out, marked by a line that runs down the column. */
export function TookBar({ phases, timeoutSeconds }: TookBarProps) {
  const totalMs = phases.reduce((sum, { ms }) => sum + ms, 0);
  const limitMs = timeoutSeconds === null ? totalMs : timeoutSeconds * 1_000;
  // Waiting longer than the time-out may push a bar out of its cell: then the whole of it is the scale.
  const scaleMs = Math.max(limitMs / LIMIT_SHARE, totalMs, 1);
  return (
    <span className="relative block h-7">
      <span
        aria-hidden
        className="absolute inset-y-0 w-px bg-line-strong"
        style={{ left: `${LIMIT_SHARE * 100}%` }}
      />
      {phases.length > 0 && (
        <span
          aria-label={phaseWords(phases)}
          className="absolute inset-x-0 top-2.5 flex h-2 gap-px"
          role="img"
        >
          {phases.map(({ name, ms }) => (
            <span
              key={name}
              className={`block min-w-[1.5px] ${PHASE_LOOK[name]}`}
              style={{ width: `${(ms / scaleMs) * 100}%` }}
            />
          ))}
        </span>
      )}
    </span>
  );
}
