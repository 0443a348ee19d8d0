import { type Column, DataTable } from '#components/ui/data-table.tsx';
import type { Retention } from '#lib/contracts/retention.ts';
import { formatBytes, formatCount } from '#lib/format.ts';
import { counted } from '#lib/sentences/part.ts';

type Kept = Retention['kept'][number];

const COLUMNS: readonly Column<Kept>[] = [
  {
    key: 'what',
    head: 'What',
    cell: ({ name, table }) => (
      <span className="font-medium">
        {name} <code className="font-mono text-xs font-normal text-ink-3">{table}</code>
      </span>
    ),
  },
  {
    key: 'days',
    head: 'Kept for',
    numeric: true,
    cell: ({ keep_days: days }) => counted(days, 'day'),
  },
  {
    key: 'rows',
    head: 'Rows, about',
    numeric: true,
    cell: ({ rows }) => <span className="text-ink-2">{formatCount(rows)}</span>,
  },
  {
    key: 'bytes',
    head: 'On disk',
    numeric: true,
    cell: ({ bytes }) => <span className="text-ink-2">{formatBytes(bytes)}</span>,
  },
  {
    key: 'removed',
    head: 'Removed last time',
    numeric: true,
    cell: ({ removed }) => (
      <span className="text-ink-2">{removed === null ? '–' : formatCount(removed)}</span>
    ),
  },
];

/** What is deleted by its age, and how much of it there is. */
export function RetentionTable({ kept }: Pick<Retention, 'kept'>) {
  return (
    <DataTable
      caption="Retention"
      columns={COLUMNS}
      narrow={({ name, keep_days: days, rows, bytes }) => (
        <>
          <div className="flex items-baseline gap-2">
            <span className="min-w-0 flex-1 font-medium">{name}</span>
            <span>{counted(days, 'day')}</span>
          </div>
          <div className="text-xs text-ink-2">
            about {formatCount(rows)} rows, {formatBytes(bytes)}
          </div>
        </>
      )}
      rowKey={({ name }) => name}
      rows={kept}
    />
  );
}
