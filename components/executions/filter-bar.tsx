import Link from 'next/link';
import { Glyph } from '#components/ui/glyph.tsx';
import { EXECUTION_STATUSES } from '#lib/domain/execution-status.ts';
import { endReasonOf, LIMIT_NAMES, type LimitName } from '#lib/domain/resource-limits.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { FilterChips } from './filter-chips.tsx';
import { FilterForm } from './filter-form.tsx';
import { Views } from './views.tsx';
import { type RunSearch, toggleReason, toggleStatus } from './search.ts';
import { toSearch } from './to-search.ts';

const BEYOND: Readonly<Record<LimitName, string>> = {
  cpu_seconds: 'too much processor time',
  memory_mb: 'too much memory',
  processes: 'too many processes',
  open_files: 'too many open files',
  file_size_mb: 'too large a file',
  disk_mb: 'too much disk',
};

/** Ends that one looks for by name; their status says only half of it. */
const REASONS: readonly (readonly [string, string])[] = [
  ['quarantined', 'quarantined'],
  ['worker_lost', 'worker lost'],
  ['worker_stopped', 'worker stopped'],
  ['queue_timeout', 'timed out waiting'],
  ['deadline', 'past its deadline'],
  ['killed', 'killed from outside'],
  ['not_started', 'could not start'],
  ['token_revoked', 'token revoked'],
  ['overdue', 'not ended in time'],
  ['concurrency_limit', 'too many at once'],
  ['replaced', 'replaced'],
  ...LIMIT_NAMES.map((name) => [endReasonOf(name), BEYOND[name]] as const),
];

const CHIP =
  'inline-flex h-6 items-center gap-1.5 rounded-sm border border-line-strong bg-surface px-2 whitespace-nowrap text-ink-2 hover:bg-hover aria-[current=true]:border-accent aria-[current=true]:bg-selected aria-[current=true]:font-medium aria-[current=true]:text-ink';
/** One line that scrolls where there is no room for two. */
const CHIPS =
  'scrollbar-none flex gap-1.5 text-xs max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 md:flex-wrap';

/** What the list shows; all of it stands in the address. */
export function FilterBar({ search }: { readonly search: RunSearch }) {
  const href = (next: RunSearch) => withSearch(paths.executions(), toSearch(next));
  return (
    <div className="mb-3 grid grid-cols-[minmax(0,1fr)] gap-3">
      <Views search={search} />
      <ul aria-label="Statuses" className={CHIPS}>
        {EXECUTION_STATUSES.map((status) => {
          const isOn = search.status.includes(status);
          return (
            <li key={status}>
              <Link
                aria-current={isOn ? 'true' : undefined}
                className={CHIP}
                href={href(toggleStatus(search, status))}
                prefetch={false}
              >
                <Glyph name={status} size={10} />
                {status}
              </Link>
            </li>
          );
        })}
      </ul>
      <FilterForm search={search}>
        <ul aria-label="How it ended" className={CHIPS}>
          <li aria-hidden className="leading-6 whitespace-nowrap text-ink-3">
            How it ended
          </li>
          {reasonsOf(search).map(([reason, words]) => (
            <li key={reason}>
              <Link
                aria-current={search.reason === reason ? 'true' : undefined}
                className={CHIP}
                href={href(toggleReason(search, reason))}
                prefetch={false}
              >
                {words}
              </Link>
            </li>
          ))}
        </ul>
      </FilterForm>
      <FilterChips search={search} />
    </div>
  );
}

/** A reason that came with the address and is none of ours has a chip too: it can be taken away. */
const reasonsOf = ({ reason }: RunSearch): readonly (readonly [string, string])[] =>
  reason === undefined || REASONS.some(([known]) => known === reason)
    ? REASONS
    : [...REASONS, [reason, reason.replaceAll('_', ' ')]];
