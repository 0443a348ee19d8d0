import Link from 'next/link';
import type { Attempt } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';

interface AttemptPickerProps {
  readonly id: number;
  readonly tab: string;
  readonly attempts: readonly Attempt[];
  readonly current: number;
}

/** Which attempt one looks at, where there is more than one. */
export function AttemptPicker({ id, tab, attempts, current }: AttemptPickerProps) {
  if (attempts.length < 2) return null;
  return (
    <nav aria-label="Attempt" className="mb-3 flex flex-wrap gap-1.5 text-xs">
      {attempts.map(({ number, status }) => (
        <Link
          key={number}
          aria-current={number === current ? 'true' : undefined}
          className="inline-flex h-6 items-center rounded-sm border border-line-strong bg-surface px-2 text-ink-2 hover:bg-hover aria-[current=true]:border-accent aria-[current=true]:bg-selected aria-[current=true]:text-ink"
          href={withSearch(paths.execution(id), { tab, attempt: String(number) })}
          scroll={false}
        >
          Attempt {number}, {status}
        </Link>
      ))}
    </nav>
  );
}
