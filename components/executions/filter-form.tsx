import Form from 'next/form';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { paths } from '#lib/paths.ts';
import type { RunSearch } from './search.ts';
import { toSearch } from './to-search.ts';

const FIRST = [
  ['action', 'Action', 'core.echo or core.*'],
  ['rule', 'Rule', 'pack.rule'],
  ['by', 'Asked for by', 'login'],
  ['text', 'Text in the result', 'drain refused'],
] as const;

const MORE = [
  ['pack', 'Pack', 'core'],
  ['trigger', 'Trigger', 'pack.trigger'],
  ['trace', 'Trace tag', 'checkout-eu'],
  ['worker', 'Worker', 'name or number'],
  ['exit', 'Exit code', '0 to 255'],
  ['signal', 'Signal', 'SIGKILL'],
  ['min', 'Took at least', '500ms, 30s, 2m'],
  ['max', 'Took at most', '10m'],
  ['from', 'Created from', '-1h or 2026-11-23T14:00Z'],
  ['to', 'Created before', '-15m'],
] as const;

const RETRIED = [
  { value: '', label: 'any number' },
  { value: 'yes', label: 'more than one' },
  { value: 'no', label: 'one' },
];

const TOKENS = [
  { value: '', label: 'any' },
  { value: 'active', label: 'active' },
  { value: 'ended', label: 'ended' },
  { value: 'refused', label: 'a call was refused' },
  { value: 'used_after_end', label: 'used after its end' },
  { value: 'none', label: 'none was issued' },
];

const LABEL = 'grid min-w-0 gap-0.5 text-2xs text-ink-3';

/** Filters that are typed; what was chosen above them stays. */
export function FilterForm({
  search,
  children,
}: {
  readonly search: RunSearch;
  /** More filters, which are not typed. */
  readonly children: ReactNode;
}) {
  const isMoreOpen =
    search.reason !== undefined ||
    search.retried !== undefined ||
    search.token !== undefined ||
    MORE.some(([name]) => search[name] !== undefined);
  return (
    <Form
      action={paths.executions()}
      className="grid grid-cols-[minmax(0,1fr)] gap-2"
      // What was typed and not asked for does not outlive the list it was typed for.
      key={JSON.stringify(toSearch(search))}
      role="search"
    >
      {search.status.length > 0 && (
        <input name="status" type="hidden" value={search.status.join(',')} />
      )}
      {search.reason !== undefined && <input name="reason" type="hidden" value={search.reason} />}
      <div className="flex flex-wrap items-end gap-2">
        {FIRST.map((field) => (
          <Text
            key={field[0]}
            className="flex-1 max-md:basis-[calc(50%-4px)] md:max-w-56"
            field={field}
            search={search}
          />
        ))}
        <Button type="submit">Filter</Button>
      </div>
      <details className="min-w-0" open={isMoreOpen}>
        <summary className="w-max rounded-sm text-xs leading-6 text-ink-2 underline-offset-2 hover:underline">
          More filters
        </summary>
        <div className="mt-1 mb-2">{children}</div>
        <div className="grid grid-cols-2 gap-2 md:grid-cols-4 lg:grid-cols-6">
          {MORE.map((field) => (
            <Text key={field[0]} className="" field={field} search={search} />
          ))}
          <div className={LABEL}>
            <label htmlFor="filter-retried">Attempts</label>
            <Select
              id="filter-retried"
              defaultValue={search.retried ?? ''}
              name="retried"
              options={RETRIED}
            />
          </div>
          <div className={LABEL}>
            <label htmlFor="filter-token">Token</label>
            <Select
              id="filter-token"
              defaultValue={search.token ?? ''}
              name="token"
              options={TOKENS}
            />
          </div>
        </div>
      </details>
    </Form>
  );
}

function Text({
  field: [name, label, example],
  search,
  className,
}: {
  readonly field: (typeof FIRST)[number] | (typeof MORE)[number];
  readonly search: RunSearch;
  readonly className: string;
}) {
  return (
    <label className={`${LABEL} ${className}`}>
      {label}
      <TextInput
        className="w-full font-mono text-xs"
        defaultValue={search[name] ?? ''}
        maxLength={200}
        name={name}
        placeholder={example}
      />
    </label>
  );
}
