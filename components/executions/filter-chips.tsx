import Link from 'next/link';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { filtersOn, type RunSearch, TEXT_FROM, withoutFilter } from './search.ts';
import { toSearch } from './to-search.ts';

/** The filters that are on, each with a way to take it away. */
export function FilterChips({ search }: { readonly search: RunSearch }) {
  const filters = filtersOn(search);
  if (filters.length === 0) return null;
  const href = (next: RunSearch) => withSearch(paths.executions(), toSearch(next));
  return (
    <ul aria-label="Filters that are on" className="flex flex-wrap items-center gap-1.5 text-xs">
      {filters.map(({ name, words, value }) => (
        <li
          key={name}
          className="inline-flex h-6 max-w-full items-center rounded-sm border border-line-strong bg-surface pl-2 text-ink-2"
        >
          <span className="truncate">
            {words} <strong className="font-medium text-ink">{value}</strong>
          </span>
          <Link
            aria-label={`Take away: ${words} ${value}`}
            className="ml-1.5 grid h-full w-6 flex-none place-items-center border-l border-line hover:bg-hover"
            href={href(withoutFilter(search, name))}
            prefetch={false}
          >
            <span aria-hidden>×</span>
          </Link>
        </li>
      ))}
      {search.text !== undefined && search.from === undefined && (
        <li className="text-ink-3">
          text is looked for in the last 24 h;{' '}
          <Link
            className="underline underline-offset-2"
            href={href({ ...search, cursor: undefined, from: '-7d' })}
            prefetch={false}
          >
            look back 7 days
          </Link>
          <span className="sr-only"> instead of {TEXT_FROM}</span>
        </li>
      )}
      <li>
        <Link
          className="px-1 leading-6 text-ink-2 underline underline-offset-2"
          href={paths.executions()}
          prefetch={false}
        >
          Clear all
        </Link>
      </li>
    </ul>
  );
}
