import type { ReactNode } from 'react';
import { Cells, type Column, ROW, TableHead } from './table-parts.tsx';

export type { Column } from './table-parts.tsx';

export interface DataTableProps<Row> {
  /** What the table holds, for those who hear it. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string | number;
  readonly selected?: (row: Row) => boolean;
  readonly rowClassName?: (row: Row) => string;
  /** The two lines of a row on a small screen; without it the table scrolls sideways. */
  readonly narrow?: (row: Row) => ReactNode;
  /** What stands instead of rows. */
  readonly empty?: ReactNode;
}

/** A real table with a head that stays, one hairline between rows, and two-line rows on small screens. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  selected,
  rowClassName,
  narrow,
  empty,
}: DataTableProps<Row>) {
  if (rows.length === 0 && empty !== undefined) return <>{empty}</>;
  return (
    <>
      <div className={narrow === undefined ? 'relative overflow-x-auto' : 'max-md:hidden'}>
        <table className="w-full border-collapse">
          <caption className="sr-only">{caption}</caption>
          <TableHead columns={columns} top={narrow === undefined ? 'top-0' : 'top-11'} />
          <tbody>
            {rows.map((row) => (
              <tr
                key={rowKey(row)}
                aria-selected={selected?.(row) === true ? true : undefined}
                className={`${ROW} ${rowClassName?.(row) ?? ''}`}
              >
                <Cells columns={columns} row={row} />
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {narrow !== undefined && (
        <ul aria-label={caption} className="md:hidden" data-rows>
          {rows.map((row) => (
            <li key={rowKey(row)} className="border-b border-line px-3 py-2 last:border-b-0">
              {narrow(row)}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
