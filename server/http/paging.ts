import type { PageOf, PageQuery } from '#lib/contracts/common.ts';

export interface PageWindow {
  readonly limit: number;
  readonly offset: number;
  readonly page: number;
}

const PAGE_SIZE_DEFAULT = 50;

/** Both families of paging parameters as one window. A page holds at most 1,000 (the contract's schema says so). */
export function pageWindow(query: PageQuery): PageWindow {
  const limit = query.page_size ?? query.per_page ?? query.limit ?? PAGE_SIZE_DEFAULT;
  const page =
    query.page ?? (query.offset === undefined ? 1 : Math.floor(query.offset / limit) + 1);
  return { limit, page, offset: query.offset ?? (page - 1) * limit };
}

/** What a newest-first list reads: from a cursor on, or the old way from an offset. */
export interface KeysetWindow {
  readonly limit: number;
  readonly offset: number;
  /** Rows with smaller ids only; null without a cursor. */
  readonly beforeId: number | null;
}

/** A cursor is the last id of the page before; with it, an offset has no meaning. */
export const keysetWindow = (
  { limit, offset }: PageWindow,
  cursor: string | undefined,
): KeysetWindow =>
  cursor === undefined
    ? { limit, offset, beforeId: null }
    : { limit, offset: 0, beforeId: Number(cursor) };

/**
 * A page from rows that were read with one more than the window asks for, so that "is there more" costs no count.
 *
 * @param total null when it was not asked for
 */
export function toPage<Row, Item>(
  rows: readonly Row[],
  window: PageWindow,
  present: (row: Row) => Item,
  { total = null, cursorOf }: { total?: number | null; cursorOf?: (row: Row) => string } = {},
): PageOf<Item> {
  const shown = rows.slice(0, window.limit);
  const hasNext = rows.length > window.limit;
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    pagination: {
      page: window.page,
      page_size: window.limit,
      has_next: hasNext,
      has_previous: window.offset > 0,
      total_items: total,
      total_pages: total === null ? null : Math.ceil(total / window.limit),
      next_cursor: hasNext && last !== undefined && cursorOf !== undefined ? cursorOf(last) : null,
    },
  };
}

/** RFC 3339 with an explicit offset, as old Python clients need it. */
export const timestamp = (date: Date): string => date.toISOString().replace('Z', '+00:00');
export const timestampOrNull = (date: Date | null | undefined): string | null =>
  date === null || date === undefined ? null : timestamp(date);
