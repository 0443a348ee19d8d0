'use client';

import { defaultRangeExtractor, useWindowVirtualizer, type Range } from '@tanstack/react-virtual';
import {
  Fragment,
  memo,
  type ReactNode,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react';
import { DataTable, type DataTableProps } from './data-table.tsx';
import { Cells, type Column, ROW, TableHead } from './table-parts.tsx';

interface VirtualTableProps<Row> extends DataTableProps<Row> {
  readonly narrow: (row: Row) => ReactNode;
  /** There are rows that were not loaded: nobody knows how many there are. */
  readonly hasMore: boolean;
}

/** So many are written down whole: a page that was just loaded, on a server that does not know the screen. */
const WHOLE_MAX = 100;
const ROW_PX = 31;
const NARROW_ROW_PX = 62;
const OVERSCAN = 12;
const NARROW_SCREEN = '(width < 768px)';

/** A table of however many rows, of which only those near the screen are in the document. */
export function VirtualTable<Row>(props: VirtualTableProps<Row>) {
  const isNarrow = useSyncExternalStore(
    onScreenChange,
    () => matchMedia(NARROW_SCREEN).matches,
    () => false,
  );
  if (props.rows.length <= WHOLE_MAX) return <DataTable {...props} />;
  return isNarrow ? <NarrowRows {...props} /> : <WideRows {...props} />;
}

function onScreenChange(listener: () => void): () => void {
  const query = matchMedia(NARROW_SCREEN);
  query.addEventListener('change', listener);
  return () => query.removeEventListener('change', listener);
}

function WideRows<Row>({
  caption,
  columns,
  rows,
  rowKey,
  selected,
  rowClassName,
  hasMore,
}: VirtualTableProps<Row>) {
  const body = useRef<HTMLTableSectionElement>(null);
  const { items, end, measure } = useRows(rows, rowKey, body, ROW_PX);
  return (
    <table className="w-full border-collapse" aria-rowcount={hasMore ? -1 : rows.length + 1}>
      <caption className="sr-only">{caption}</caption>
      <TableHead columns={columns} rowIndex={1} top="top-11" />
      <tbody ref={body}>
        {items.map(({ row, index, gap }) => (
          <Fragment key={rowKey(row)}>
            <Gap columns={columns.length} height={gap} />
            <WideRow
              className={rowClassName?.(row) ?? ''}
              columns={columns}
              index={index}
              isSelected={selected?.(row) === true}
              measure={measure}
              row={row}
            />
          </Fragment>
        ))}
        <Gap columns={columns.length} height={end} />
      </tbody>
    </table>
  );
}

interface WideRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly columns: readonly Column<Row>[];
  readonly isSelected: boolean;
  readonly className: string;
  readonly measure: (element: HTMLTableRowElement | null) => void;
}

/** Made once, however often the rows around it change while one scrolls: for that its columns have to stay the same. */
const WideRow = memo(function WideRow<Row>(props: WideRowProps<Row>) {
  const { row, index, columns, isSelected, className, measure } = props;
  return (
    <tr
      aria-rowindex={index + 2}
      aria-selected={isSelected ? true : undefined}
      className={`${ROW} ${className}`}
      data-index={index}
      ref={measure}
    >
      <Cells columns={columns} row={row} />
    </tr>
  );
}) as <Row>(props: WideRowProps<Row>) => ReactNode;

/** Stands for rows that are not in the document. */
const Gap = ({ height, columns }: { readonly height: number; readonly columns: number }) =>
  height > 0 && (
    <tr aria-hidden>
      <td className="p-0" colSpan={columns} style={{ height }} />
    </tr>
  );

function NarrowRows<Row>({ caption, rows, rowKey, narrow, hasMore }: VirtualTableProps<Row>) {
  const list = useRef<HTMLUListElement>(null);
  const { items, end, measure } = useRows(rows, rowKey, list, NARROW_ROW_PX);
  return (
    <ul aria-label={caption} data-rows ref={list}>
      {items.map(({ row, index, gap }) => (
        <Fragment key={rowKey(row)}>
          {gap > 0 && <li aria-hidden style={{ height: gap }} />}
          <li
            aria-posinset={index + 1}
            aria-setsize={hasMore ? -1 : rows.length}
            className="border-b border-line px-3 py-2 last:border-b-0"
            data-index={index}
            ref={measure}
          >
            {narrow(row)}
          </li>
        </Fragment>
      ))}
      {end > 0 && <li aria-hidden style={{ height: end }} />}
    </ul>
  );
}

/** Which rows are in the document, and how much room stands for the others. */
function useRows<Row>(
  rows: readonly Row[],
  rowKey: (row: Row) => string | number,
  region: RefObject<HTMLElement | null>,
  rowPx: number,
) {
  const [top, setTop] = useState(0);
  // What stands above the rows may have become higher or lower; asking is cheap, and setting the same is nothing.
  useLayoutEffect(() => {
    const at = region.current?.getBoundingClientRect().top;
    if (at !== undefined) setTop(Math.round(at + window.scrollY));
  }, [region, rows]);
  const [focused, setFocused] = useState<number | null>(null);
  useEffect(() => {
    const element = region.current;
    const onFocus = (event: FocusEvent) => {
      const row = event.target instanceof Element ? event.target.closest('[data-index]') : null;
      setFocused(row === null ? null : Number(row.getAttribute('data-index')));
    };
    element?.addEventListener('focusin', onFocus);
    return () => element?.removeEventListener('focusin', onFocus);
  }, [region]);

  // oxlint-disable-next-line react/incompatible-library -- its functions go to elements only, never to what is memoized
  const virtual = useWindowVirtualizer({
    count: rows.length,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    scrollMargin: top,
    getItemKey: (index) => keyAt(rows, rowKey, index),
    // The row that has the focus stays: it would lose it, and the reader's place with it.
    rangeExtractor: (range) => withRow(range, focused, rows.length),
  });

  const seen = virtual.getVirtualItems();
  const items = seen.flatMap(({ index, start }, at) => {
    const row = rows[index];
    const before = at === 0 ? top : (seen[at - 1]?.end ?? top);
    return row === undefined ? [] : [{ row, index, gap: start - before }];
  });
  return {
    items,
    end: virtual.getTotalSize() + top - (seen.at(-1)?.end ?? top),
    measure: virtual.measureElement,
  };
}

function keyAt<Row>(
  rows: readonly Row[],
  rowKey: (row: Row) => string | number,
  index: number,
): string | number {
  const row = rows[index];
  return row === undefined ? index : rowKey(row);
}

function withRow(range: Range, index: number | null, count: number): number[] {
  const near = new Set(defaultRangeExtractor(range));
  if (index === null) return [...near];
  // With the rows that a key goes to from there.
  for (const row of [index - 1, index, index + 1]) if (row >= 0 && row < count) near.add(row);
  return [...near].toSorted((one, other) => one - other);
}
