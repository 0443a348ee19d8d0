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

export const ROW =
  'border-b border-line last:border-b-0 hover:bg-hover has-[a:focus-visible]:bg-selected aria-selected:bg-selected';

/** The head of a table, which stays when its rows are scrolled. */
export function TableHead<Row>({
  columns,
  top,
  rowIndex,
}: {
  readonly columns: readonly Column<Row>[];
  /** Where it stays. */
  readonly top: 'top-0' | 'top-11';
  /** Where not all rows are in the document: which one it is. */
  readonly rowIndex?: number;
}) {
  return (
    <thead>
      <tr aria-rowindex={rowIndex}>
        {columns.map((column) => (
          <th
            key={column.key}
            className={`sticky ${top} z-1 h-7 border-b border-line bg-surface px-2 text-2xs font-medium whitespace-nowrap text-ink-3 first:pl-3 last:pr-3 ${sideOf(column)}`}
            scope="col"
          >
            {column.head}
          </th>
        ))}
      </tr>
    </thead>
  );
}

/** The cells of one row. */
export function Cells<Row>({
  columns,
  row,
}: {
  readonly columns: readonly Column<Row>[];
  readonly row: Row;
}) {
  return columns.map((column) => (
    <td key={column.key} className={`h-[30px] px-2 first:pl-3 last:pr-3 ${sideOf(column)}`}>
      {column.cell(row)}
    </td>
  ));
}

const FROM = { md: 'max-md:hidden', lg: 'max-lg:hidden' } as const;

const sideOf = <Row,>({ numeric = false, from, className = '' }: Column<Row>): string =>
  `${numeric ? 'text-right whitespace-nowrap' : 'text-left'} ${from === undefined ? '' : FROM[from]} ${className}`;
