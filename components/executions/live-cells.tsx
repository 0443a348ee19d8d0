'use client';

import { useNow } from '#components/ui/clock.ts';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { formatDuration } from '#lib/format.ts';
import { executionSentence } from '#lib/sentences/execution.ts';
import { TookBar } from './phase-bar.tsx';
import { phasesOfSummary } from './phases.ts';

interface LiveCellProps {
  readonly run: ExecutionSummary;
  readonly readAtMs: number;
}

export function Took({ run, readAtMs }: LiveCellProps) {
  const now = useNow() ?? readAtMs;
  return <TookBar phases={phasesOfSummary(run, now)} timeoutSeconds={run.timeout_seconds} />;
}

/** How long it ran, or has been running. */
export function TookNumber({ run, readAtMs }: LiveCellProps) {
  const now = useNow() ?? readAtMs;
  if (run.started_at === null) return <span className="text-ink-3">–</span>;
  const end = run.finished_at === null ? now : Date.parse(run.finished_at);
  return (
    <span className="inline-block min-w-[8ch] text-right">
      {formatDuration(Math.max(0, end - Date.parse(run.started_at)))}
    </span>
  );
}

export function RowSentence({ run, readAtMs }: LiveCellProps) {
  const now = useNow() ?? readAtMs;
  const sentence = executionSentence(run, [], now);
  const isUnhappy = isFinal(run.status) && run.status !== 'completed';
  return (
    <span className={`block truncate ${isUnhappy ? 'text-ink' : 'text-ink-3'}`} title={sentence}>
      {sentence}
    </span>
  );
}
