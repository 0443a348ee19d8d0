'use client';

import dynamic from 'next/dynamic';
import { Empty } from '#components/ui/empty.tsx';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';

/** Of the run's tabs only this one has a long table, so only this one reads its code. */
const ExecutionTable = dynamic(() =>
  import('./execution-table.tsx').then(({ ExecutionTable: table }) => table),
);

interface ChildRunsProps {
  readonly id: number;
  readonly rows: readonly ExecutionSummary[];
  readonly readAtMs: number;
  /** Whether it can still start some. */
  readonly isOver: boolean;
}

/** The runs that a run started. */
export function ChildRuns({ id, rows, readAtMs, isOver }: ChildRunsProps) {
  return (
    <ExecutionTable
      caption={`Runs that run ${id} started`}
      empty={
        <Empty>
          {isOver
            ? 'This run started no other runs.'
            : 'This run has started no other runs so far.'}
        </Empty>
      }
      readAtMs={readAtMs}
      rows={rows}
    />
  );
}
