import { DataTable } from '#components/ui/data-table.tsx';
import { Glyph, type GlyphName } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Attempt } from '#lib/contracts/executions.ts';
import { formatBytes, formatDuration, msBetween, NOT_APPLICABLE } from '#lib/format.ts';

/** Each try of a run. */
export function AttemptsTable({ attempts }: { readonly attempts: readonly Attempt[] }) {
  return (
    <Panel title="Attempts">
      <DataTable
        caption="Attempts, first one first"
        columns={[
          {
            key: 'number',
            head: 'Attempt',
            numeric: true,
            className: 'w-16',
            cell: ({ number }) => number,
          },
          {
            key: 'status',
            head: 'Status',
            cell: ({ status }) => (
              <span className="inline-flex items-center gap-1.5 font-medium">
                <Glyph name={GLYPHS[status]} />
                {status}
              </span>
            ),
          },
          {
            key: 'worker',
            head: 'Worker',
            cell: ({ worker, worker_name: name }) => name ?? worker,
          },
          {
            key: 'claimed',
            head: 'Taken',
            numeric: true,
            cell: ({ claimed_at: at }) => <Time at={at} kind="clock" />,
          },
          {
            key: 'took',
            head: 'Took',
            numeric: true,
            cell: ({ claimed_at: from, ended_at: to }) => formatDuration(msBetween(from, to)),
          },
          {
            key: 'exit',
            head: 'Exit',
            numeric: true,
            cell: ({ exit_code: code, signal }) => code ?? signal ?? NOT_APPLICABLE,
          },
          {
            key: 'signals',
            head: 'Signals sent',
            cell: ({ signals }) => signals.map(({ signal }) => signal).join(', ') || NOT_APPLICABLE,
          },
          {
            key: 'left',
            head: 'Processes left',
            numeric: true,
            cell: ({ processes_left: left }) => left ?? NOT_APPLICABLE,
          },
          {
            key: 'reason',
            head: 'Ended by',
            cell: ({ end_reason: reason }) => reason ?? NOT_APPLICABLE,
          },
          {
            key: 'output',
            head: 'Output',
            numeric: true,
            cell: ({ stdout_bytes: out, stderr_bytes: err }) => formatBytes(out + err),
          },
        ]}
        rowKey={({ id }) => id}
        rows={attempts}
      />
    </Panel>
  );
}

const GLYPHS: Readonly<Record<Attempt['status'], GlyphName>> = {
  running: 'running',
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
  lost: 'abandoned',
};
