import Form from 'next/form';
import Link from 'next/link';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';
import { Select } from '#components/ui/select.tsx';
import { paths } from '#lib/paths.ts';
import type { TokenSearch } from './search.ts';

const SHOW = [
  { value: 'live', label: 'that count now' },
  { value: 'ended', label: 'that have ended' },
  { value: 'refused', label: 'with refused calls' },
];

/** Filters that stand in the address. */
export function TokenFilter({ search }: { readonly search: TokenSearch }) {
  const isNarrowed = search.show !== 'live' || search.who !== undefined;
  return (
    <Form
      action={paths.tokens()}
      className="mb-3 flex flex-wrap items-end gap-2"
      key={JSON.stringify(search)}
    >
      <div className="grid gap-0.5 text-2xs text-ink-3">
        <label htmlFor="tokens-show">Tokens</label>
        <Select defaultValue={search.show} id="tokens-show" name="show" options={SHOW} />
      </div>
      <div className="grid min-w-0 flex-1 gap-0.5 text-2xs text-ink-3 md:max-w-64">
        <label htmlFor="tokens-who">Owner, action, sensor or name</label>
        <TextInput defaultValue={search.who ?? ''} id="tokens-who" maxLength={200} name="who" />
      </div>
      <Button type="submit">Filter</Button>
      {isNarrowed && (
        <Link className="leading-7 text-ink-2 underline underline-offset-2" href={paths.tokens()}>
          Clear
        </Link>
      )}
    </Form>
  );
}
