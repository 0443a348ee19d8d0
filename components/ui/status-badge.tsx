import type { ExecutionStatus } from '#lib/domain/execution-status.ts';
import { Glyph } from './glyph.tsx';

interface StatusBadgeProps {
  readonly status: ExecutionStatus;
  /** `plain` in tables; `tint` once per page, in the header. */
  readonly kind?: 'plain' | 'tint';
  /** Blinks while it runs; in the header only. */
  readonly live?: boolean;
}

/** Glyph and word. Success whispers: only its glyph is green. */
export function StatusBadge({ status, kind = 'plain', live = false }: StatusBadgeProps) {
  const blink = live && status === 'running' ? 'animate-live' : '';
  if (kind === 'tint') {
    return (
      <span
        className={`inline-flex h-6 items-center gap-1.5 rounded-sm px-2 font-medium whitespace-nowrap ${STATUS_TEXT[status]} ${TINTS[status]}`}
      >
        <Glyph className={blink} name={status} />
        {status}
      </span>
    );
  }
  const word = status === 'completed' ? 'text-ink-2' : STATUS_TEXT[status];
  return (
    <span className={`inline-flex items-center gap-1.5 font-medium whitespace-nowrap ${word}`}>
      <Glyph className={STATUS_TEXT[status]} name={status} />
      {status}
    </span>
  );
}

/** The colour of a status as text and mark. */
export const STATUS_TEXT: Readonly<Record<ExecutionStatus, string>> = {
  requested: 'text-requested',
  scheduling: 'text-scheduling',
  scheduled: 'text-scheduled',
  running: 'text-running',
  canceling: 'text-canceling',
  completed: 'text-completed',
  failed: 'text-failed',
  timeout: 'text-timeout',
  cancelled: 'text-cancelled',
  abandoned: 'text-abandoned',
};

const TINTS: Readonly<Record<ExecutionStatus, string>> = {
  requested: 'bg-neutral-soft',
  scheduling: 'bg-neutral-soft',
  scheduled: 'bg-neutral-soft',
  running: 'bg-running-soft',
  canceling: 'bg-canceling-soft',
  completed: 'bg-completed-soft',
  failed: 'bg-failed-soft',
  timeout: 'bg-timeout-soft',
  cancelled: 'bg-neutral-soft',
  abandoned: 'bg-abandoned-soft',
};
