import type { ComponentProps } from 'react';

interface SelectProps extends Omit<ComponentProps<'select'>, 'children'> {
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** The browser's own list: it knows keys, touch and screen readers. */
export function Select({ options, className = '', ...rest }: SelectProps) {
  return (
    <select
      className={`h-7 rounded-sm border border-control bg-surface px-1.5 text-ink disabled:opacity-60 ${className}`}
      {...rest}
    >
      {options.map(({ value, label }) => (
        <option key={value} value={value}>
          {label}
        </option>
      ))}
    </select>
  );
}
