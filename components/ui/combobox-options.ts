export interface Option {
  readonly value: string;
  readonly hint?: string | null;
}

const FOUND_MAX = 100;

/** Options that hold every word of the text, in value or hint; those whose value begins with it come first. */
export function filterOptions(text: string, options: readonly Option[]): Option[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = options.filter(({ value, hint }) => {
    const hay = `${value} ${hint ?? ''}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  const [first = ''] = words;
  const rank = ({ value }: Option) => (value.startsWith(first) ? 0 : value.includes(first) ? 1 : 2);
  return fits.toSorted((a, b) => rank(a) - rank(b)).slice(0, FOUND_MAX);
}
