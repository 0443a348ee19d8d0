import { Button } from './button.tsx';
import { TextInput } from './field.tsx';

interface SearchFormProps {
  readonly label: string;
  readonly value: string;
  readonly path: string;
}

/** Searches a list; what was asked stands in the address. */
export function SearchForm({ label, value, path }: SearchFormProps) {
  return (
    <form action={path} className="flex gap-2" role="search">
      <TextInput
        aria-label={label}
        className="max-w-60"
        defaultValue={value}
        maxLength={200}
        name="search"
        placeholder={label}
        type="search"
      />
      <Button type="submit">Search</Button>
    </form>
  );
}
