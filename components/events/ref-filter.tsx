import Form from 'next/form';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import type { Search } from '#lib/search.ts';

interface RefFilterProps {
  readonly path: string;
  readonly search: Search;
  readonly fields: readonly ('trigger_ref' | 'rule_ref' | 'trace_tag')[];
  /** Filters that are not typed. */
  readonly children?: ReactNode;
}

const LABELS = { trigger_ref: 'Trigger', rule_ref: 'Rule', trace_tag: 'Trace tag' } as const;

/** Filters that stand in the address. */
export function RefFilter({ path, search, fields, children }: RefFilterProps) {
  return (
    <Form
      action={path}
      className="mb-3 flex flex-wrap items-end gap-2"
      key={JSON.stringify(search)}
    >
      {fields.map((name) => (
        <label
          key={name}
          className="grid min-w-0 flex-1 gap-0.5 text-2xs text-ink-3 max-md:basis-[calc(50%-4px)] md:max-w-64"
        >
          {LABELS[name]}
          <TextInput
            className="font-mono text-xs"
            defaultValue={search[name] ?? ''}
            maxLength={200}
            name={name}
            placeholder={name === 'trace_tag' ? '' : 'pack.name'}
          />
        </label>
      ))}
      {children}
      <Button type="submit">Filter</Button>
      {Object.entries(search).some(([name, value]) => name !== 'cursor' && value !== undefined) && (
        <Link className="leading-7 text-ink-2 underline underline-offset-2" href={path}>
          Clear
        </Link>
      )}
    </Form>
  );
}
