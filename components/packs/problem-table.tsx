import type { PackProblem } from '#lib/contracts/packs.ts';
import { DataTable } from '#components/ui/data-table.tsx';

/** What is wrong with the files of a pack, and where. */
export function ProblemTable({ problems }: { readonly problems: readonly PackProblem[] }) {
  if (problems.length === 0) return null;
  return (
    <div className="rounded-md border border-line">
      <DataTable
        caption="Problems of the pack"
        columns={[
          {
            key: 'file',
            head: 'File',
            cell: ({ file }) => <code className="font-mono text-xs wrap-anywhere">{file}</code>,
          },
          {
            key: 'line',
            head: 'Line',
            numeric: true,
            cell: ({ line }) => line ?? <span className="text-ink-3">–</span>,
          },
          { key: 'reason', head: 'Why', className: 'w-[60%] py-1', cell: ({ reason }) => reason },
        ]}
        rowKey={({ file, line, reason }) => `${file}:${line ?? ''}:${reason}`}
        rows={problems}
      />
    </div>
  );
}
