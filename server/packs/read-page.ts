import type { PageOf, PageQuery } from '#lib/contracts/common.ts';
import { pageWindow, toPage } from '#server/http/paging.ts';

interface Reading<Row, Item> {
  /** Reads one row more than the page holds, to know whether there is another. */
  readonly read: (window: { skip: number; take: number }) => Promise<Row[]>;
  /** Absent where counting would cost more than it tells. */
  readonly count?: () => Promise<number>;
  readonly present: (row: Row) => Item;
}

/** One page of a list of the catalogue. */
export async function readPage<Row, Item>(
  query: PageQuery,
  { read, count, present }: Reading<Row, Item>,
): Promise<PageOf<Item>> {
  const window = pageWindow(query);
  const [rows, total] = await Promise.all([
    read({ skip: window.offset, take: window.limit + 1 }),
    count?.() ?? null,
  ]);
  return toPage(rows, window, present, { total });
}
