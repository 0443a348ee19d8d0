'use client';

import { useId, useRef, useState } from 'react';
import { filterOptions, type Option } from './combobox-options.ts';

interface ComboboxProps {
  readonly label: string;
  readonly value: string;
  readonly options: readonly Option[];
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly describedBy?: string;
  /** What the list says when nothing fits. */
  readonly nothing: string;
  readonly onChange: (value: string) => void;
}

/** A field that searches while one types: arrows choose, Enter takes, Esc gives the old value back. */
export function Combobox({
  label,
  value,
  options,
  placeholder,
  invalid,
  describedBy,
  nothing,
  onChange,
}: ComboboxProps) {
  const id = useId();
  const list = useRef<HTMLUListElement>(null);
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const isOpen = typed !== null;
  const found = isOpen ? filterOptions(typed, options) : [];

  const open = (text: string) => {
    setTyped(text);
    setActive(0);
  };
  const close = () => setTyped(null);
  const take = (option: Option | undefined) => {
    if (option === undefined) return;
    close();
    if (option.value !== value) onChange(option.value);
  };
  const move = (by: number) => {
    if (!isOpen) return open('');
    const next = Math.min(Math.max(active + by, 0), Math.max(found.length - 1, 0));
    setActive(next);
    list.current?.children[next]?.scrollIntoView({ block: 'nearest' });
  };
  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp')
      move(event.key === 'ArrowDown' ? 1 : -1);
    else if (event.key === 'Enter' && isOpen) take(found[active]);
    else if (event.key === 'Escape' && isOpen) close();
    else return;
    event.preventDefault();
  };

  return (
    <div className="relative">
      <input
        aria-activedescendant={isOpen && found.length > 0 ? `${id}-${active}` : undefined}
        aria-autocomplete="list"
        aria-controls={`${id}-list`}
        aria-describedby={describedBy}
        aria-expanded={isOpen}
        aria-invalid={invalid || undefined}
        aria-label={label}
        autoComplete="off"
        className={`h-8 w-full rounded-sm border bg-surface px-2 font-mono text-xs text-ink placeholder:font-sans placeholder:text-ink-3 ${invalid ? 'border-failed' : 'border-control'}`}
        placeholder={placeholder}
        role="combobox"
        spellCheck={false}
        type="text"
        value={typed ?? value}
        onBlur={close}
        onChange={(event) => open(event.target.value)}
        onClick={() => !isOpen && open('')}
        onFocus={(event) => event.target.select()}
        onKeyDown={onKeyDown}
      />
      {isOpen && (
        <ul
          ref={list}
          aria-label={label}
          className="absolute inset-x-0 top-full z-20 mt-1 max-h-72 overflow-y-auto rounded-md bg-raised py-1 shadow-overlay"
          id={`${id}-list`}
          role="listbox"
        >
          {found.map((option, index) => (
            <li
              key={option.value}
              aria-selected={index === active}
              className={`cursor-pointer px-3 py-1 ${index === active ? 'bg-selected' : ''}`}
              id={`${id}-${index}`}
              role="option"
              // Before blur closes the list.
              onMouseDown={(event) => {
                event.preventDefault();
                take(option);
              }}
              onMouseEnter={() => setActive(index)}
            >
              <span className="block font-mono text-xs text-ink">{option.value}</span>
              {option.hint && (
                <span className="block truncate text-xs text-ink-3">{option.hint}</span>
              )}
            </li>
          ))}
          {found.length === 0 && <li className="px-3 py-1 text-ink-3">{nothing}</li>}
        </ul>
      )}
    </div>
  );
}
