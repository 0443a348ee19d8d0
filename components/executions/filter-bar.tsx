import Form from 'next/form';
import Link from 'next/link';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { TabLinks } from '#components/ui/tab-links.tsx';
import { EXECUTION_STATUSES, type ExecutionStatus } from '#lib/domain/execution-status.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { type RunSearch, toggleReason, toggleStatus, toSearch } from './search.ts';

const VIEWS: readonly {
  readonly key: string;
  readonly label: string;
  readonly status: readonly ExecutionStatus[];
}[] = [
  { key: 'all', label: 'All', status: [] },
  {
    key: 'unhappy',
    label: 'Did not complete',
    status: ['failed', 'timeout', 'cancelled', 'abandoned'],
  },
  {
    key: 'open',
    label: 'In progress',
    status: ['requested', 'scheduling', 'scheduled', 'running', 'canceling'],
  },
];

/** Ends that one looks for by name; their status says only half of it. */
const REASONS = [
  ['quarantined', 'quarantined'],
  ['worker_lost', 'worker lost'],
  ['worker_stopped', 'worker stopped'],
  ['queue_timeout', 'timed out waiting'],
  ['deadline', 'past its deadline'],
  ['killed', 'killed from outside'],
  ['not_started', 'could not start'],
  ['concurrency_limit', 'limit reached'],
  ['replaced', 'replaced'],
] as const;

const CHIP =
  'inline-flex h-6 items-center gap-1.5 rounded-sm border border-line-strong bg-surface px-2 whitespace-nowrap text-ink-2 hover:bg-hover aria-[current=true]:border-accent aria-[current=true]:bg-selected aria-[current=true]:font-medium aria-[current=true]:text-ink';
/** One line that scrolls where there is no room for two. */
const CHIPS =
  'scrollbar-none flex gap-1.5 text-xs max-md:-mx-3 max-md:overflow-x-auto max-md:px-3 md:flex-wrap';

const FIELDS = [
  ['action', 'Action', 'core.echo or core.*'],
  ['rule', 'Rule', 'pack.rule'],
  ['trigger', 'Trigger', 'pack.trigger'],
  ['trace', 'Trace tag', 'checkout-eu'],
] as const;

/** What the list shows; all of it stands in the address. */
export function FilterBar({ search }: { readonly search: RunSearch }) {
  const href = (next: RunSearch) => withSearch(paths.executions(), toSearch(next));
  const view = VIEWS.find(
    ({ status }) =>
      status.length === search.status.length && status.every((one) => search.status.includes(one)),
  );
  return (
    <div className="mb-3 grid gap-3">
      <TabLinks
        current={view?.key ?? ''}
        label="Views"
        tabs={VIEWS.map(({ key, label, status }) => ({
          key,
          label,
          href: href({ ...search, cursor: undefined, status: [...status] }),
        }))}
      />
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
      <Form
        action={paths.executions()}
        className="flex flex-wrap items-end gap-2"
        key={JSON.stringify(toSearch(search))}
      >
        {search.status.length > 0 && (
          <input name="status" type="hidden" value={search.status.join(',')} />
        )}
        {search.reason !== undefined && <input name="reason" type="hidden" value={search.reason} />}
        {FIELDS.map(([name, label, example]) => (
          <label
            key={name}
            className="grid min-w-0 flex-1 gap-0.5 text-2xs text-ink-3 md:max-w-56 max-md:basis-[calc(50%-4px)]"
          >
            {label}
            <TextInput
              className="font-mono text-xs"
              defaultValue={search[name] ?? ''}
              maxLength={200}
              name={name}
              placeholder={example}
            />
          </label>
        ))}
        <Button type="submit">Filter</Button>
        {Object.values(toSearch(search)).some((value) => value !== undefined) && (
          <Link
            className="leading-7 text-ink-2 underline underline-offset-2"
            href={paths.executions()}
          >
            Clear
          </Link>
        )}
      </Form>
    </div>
  );
}

/** A reason that came with the address and is none of ours has a chip too: it can be taken away. */
const reasonsOf = ({ reason }: RunSearch): readonly (readonly [string, string])[] =>
  reason === undefined || REASONS.some(([known]) => known === reason)
    ? REASONS
    : [...REASONS, [reason, reason.replaceAll('_', ' ')]];
