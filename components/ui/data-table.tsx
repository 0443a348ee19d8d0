import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  /** Figures stand on the right. */
  readonly numeric?: boolean;
  /** Seen from this width on; everything is there at 1280 px. */
  readonly from?: 'md' | 'lg';
  /** Of the cell and the head: widths, mostly. */
  readonly className?: string;
}

interface DataTableProps<Row> {
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
      <div className={narrow === undefined ? 'overflow-x-auto' : 'max-md:hidden'}>
        <table className="w-full border-collapse">
          <caption className="sr-only">{caption}</caption>
          <thead>
            <tr>
              {columns.map((column) => (
                <th
                  key={column.key}
                  className={`sticky ${narrow === undefined ? 'top-0' : 'top-11'} z-1 h-7 border-b border-line bg-surface px-2 text-2xs font-medium whitespace-nowrap text-ink-3 first:pl-3 last:pr-3 ${sideOf(column)}`}
                  scope="col"
                >
                  {column.head}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr
                key={rowKey(row)}
                aria-selected={selected?.(row) === true ? true : undefined}
                className={`border-b border-line last:border-b-0 hover:bg-hover has-[a:focus-visible]:bg-selected aria-selected:bg-selected ${rowClassName?.(row) ?? ''}`}
              >
                {columns.map((column) => (
                  <td
                    key={column.key}
                    className={`h-[30px] px-2 first:pl-3 last:pr-3 ${sideOf(column)}`}
                  >
                    {column.cell(row)}
                  </td>
                ))}
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

const FROM = { md: 'max-md:hidden', lg: 'max-lg:hidden' } as const;

const sideOf = <Row,>({ numeric = false, from, className = '' }: Column<Row>): string =>
  `${numeric ? 'text-right whitespace-nowrap' : 'text-left'} ${from === undefined ? '' : FROM[from]} ${className}`;
