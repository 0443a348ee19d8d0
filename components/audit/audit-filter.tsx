import Form from 'next/form';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { paths } from '#lib/paths.ts';
import { type AuditSearch, isNarrowed } from './search.ts';

/** Who, what, to what, how it ended and when; all of it stands in the address. */
export function AuditFilterBar({ search }: { readonly search: AuditSearch }) {
  return (
    <Form
      action={paths.audit()}
      className="mb-3 flex flex-wrap items-end gap-2"
      key={JSON.stringify(search)}
    >
      <Labelled label="Who">
        <Text name="actor" placeholder="login" value={search.actor} />
      </Labelled>
      <Labelled label="Act">
        <Text name="action" placeholder="rule.updated, key.*" value={search.action} />
      </Labelled>
      <Labelled label="To what">
        <Text name="resource" placeholder="web.deploy, run 12" value={search.resource} />
      </Labelled>
      <Labelled label="Outcome" narrow>
        <Select
          className="w-full"
          defaultValue={search.outcome ?? ''}
          name="outcome"
          options={OUTCOMES}
        />
      </Labelled>
      <Labelled label="By" narrow>
        <Select className="w-full" defaultValue={search.by ?? ''} name="by" options={BY} />
      </Labelled>
      <Labelled label="From" narrow>
        <Text name="from" placeholder="-1h" value={search.from} />
      </Labelled>
      <Labelled label="To" narrow>
        <Text name="to" placeholder="now" value={search.to} />
      </Labelled>
      <Labelled label="Text">
        <Text name="q" placeholder="part of a name, path or address" value={search.q} />
      </Labelled>
      <Labelled label="Request">
        <Text name="request" placeholder="request id" value={search.request} />
      </Labelled>
      {search.token !== undefined && (
        <Labelled label="API token" narrow>
          <Text name="token" placeholder="its id" value={search.token} />
        </Labelled>
      )}
      <Button type="submit">Filter</Button>
      {isNarrowed(search) && (
        <Link className="leading-7 text-ink-2 underline underline-offset-2" href={paths.audit()}>
          Clear
        </Link>
      )}
    </Form>
  );
}

const OUTCOMES = [
  { value: '', label: 'any' },
  { value: 'success', label: 'success' },
  { value: 'denied', label: 'denied' },
  { value: 'failure', label: 'failure' },
];

const BY = [
  { value: '', label: 'all' },
  { value: 'people', label: 'people' },
];

interface LabelledProps {
  readonly label: string;
  readonly narrow?: boolean;
  readonly children: ReactNode;
}

const Labelled = ({ label, narrow = false, children }: LabelledProps) => (
  <label
    className={`grid min-w-0 gap-0.5 text-2xs text-ink-3 max-md:basis-[calc(50%-4px)] ${narrow ? 'max-md:flex-1 md:w-20' : 'flex-1 md:min-w-28'}`}
  >
    {label}
    {children}
  </label>
);

interface TextProps {
  readonly name: string;
  readonly placeholder: string;
  readonly value: string | undefined;
}

const Text = ({ name, placeholder, value }: TextProps) => (
  <TextInput
    className="font-mono text-xs"
    defaultValue={value ?? ''}
    maxLength={100}
    name={name}
    placeholder={placeholder}
  />
);
