import Link from 'next/link';
import type { Pagination } from '#lib/contracts/common.ts';
import { withSearch, type Search } from '#lib/search.ts';

interface PagerProps {
  readonly path: string;
  /** The filters of this page; they stay. */
  readonly search: Search;
  readonly pagination: Pagination;
  /** "runs". */
  readonly noun: string;
}

/** To the older ones, by cursor: what arrives meanwhile moves nothing. */
export function Pager({ path, search, pagination, noun }: PagerProps) {
  const { next_cursor: next, has_next: hasNext } = pagination;
  const isFirst = search['cursor'] === undefined;
  if (isFirst && !hasNext) return null;
  const look = 'underline underline-offset-2 hover:text-ink';
  return (
    <nav aria-label="Pages" className="mt-3 flex gap-4 text-ink-2">
      {!isFirst && (
        <Link className={look} href={withSearch(path, { ...search, cursor: undefined })}>
          Newest {noun}
        </Link>
      )}
      {hasNext && next != null && (
        <Link className={look} href={withSearch(path, { ...search, cursor: next })}>
          Older {noun}
        </Link>
      )}
    </nav>
  );
}
