'use client';

import { useId, useRef, useState } from 'react';
import { complete, completionsFor, templateAt, templatePieces } from './template-completion.ts';

interface TemplateInputProps {
  readonly id: string;
  readonly value: string;
  readonly placeholder?: string;
  readonly invalid?: boolean;
  readonly describedBy?: string;
  readonly multiline?: boolean;
  /** Paths that a template may name; none: no templates here. */
  readonly paths: readonly string[];
  readonly onChange: (value: string) => void;
}

const TYPE = 'font-mono text-xs leading-[1.125rem] whitespace-pre px-2';

/** A field for a literal or a `{{ template }}`: templates are tinted, and complete while one types. */
export function TemplateInput({
  id,
  value,
  placeholder,
  invalid,
  describedBy,
  multiline,
  paths,
  onChange,
}: TemplateInputProps) {
  const listId = useId();
  const field = useRef<HTMLInputElement & HTMLTextAreaElement>(null);
  const tint = useRef<HTMLDivElement>(null);
  const [caret, setCaret] = useState<number | null>(null);
  const [active, setActive] = useState(0);
  const spot = caret === null || paths.length === 0 ? null : templateAt(value, caret);
  const found = spot === null ? [] : completionsFor(spot.typed, paths);
  const isOpen = found.length > 0;

  const look = (element: HTMLInputElement | HTMLTextAreaElement) => {
    setCaret(element.selectionStart === element.selectionEnd ? element.selectionStart : null);
    setActive(0);
  };
  const take = (path: string | undefined) => {
    if (spot === null || path === undefined) return;
    const done = complete(value, spot, path);
    onChange(done.text);
    setCaret(null);
    // After React has written the new text.
    requestAnimationFrame(() => field.current?.setSelectionRange(done.caret, done.caret));
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === 'ArrowDown') setActive((active + 1) % found.length);
    else if (event.key === 'ArrowUp') setActive((active + found.length - 1) % found.length);
    else if (event.key === 'Enter' || event.key === 'Tab') take(found[active]);
    else if (event.key === 'Escape') setCaret(null);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  const shared = {
    ref: field,
    id,
    value,
    placeholder,
    spellCheck: false,
    autoComplete: 'off',
    'aria-invalid': invalid || undefined,
    'aria-describedby': describedBy,
    'aria-autocomplete': 'list' as const,
    'aria-controls': isOpen ? listId : undefined,
    'aria-activedescendant': isOpen ? `${listId}-${active}` : undefined,
    onBlur: () => setCaret(null),
    onChange: (event: React.ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      onChange(event.target.value);
      look(event.target);
    },
    onClick: (event: React.MouseEvent<HTMLInputElement | HTMLTextAreaElement>) =>
      look(event.currentTarget),
    onKeyDown,
    onScroll: (event: React.UIEvent<HTMLElement>) => {
      tint.current?.scrollTo(event.currentTarget.scrollLeft, event.currentTarget.scrollTop);
    },
  };
  const box = `relative w-full rounded-sm border bg-transparent text-ink placeholder:text-ink-3 ${TYPE} ${invalid ? 'border-failed' : 'border-control'}`;

  return (
    <div className="relative rounded-sm bg-surface">
      <div
        ref={tint}
        aria-hidden
        className={`pointer-events-none absolute inset-0 overflow-hidden border border-transparent text-transparent ${TYPE} ${multiline ? 'py-1' : 'py-[4px]'}`}
      >
        {templatePieces(value).map((piece, index) =>
          piece.isTemplate ? (
            <span
              key={index}
              className="rounded-xs bg-accent-soft shadow-[inset_0_-1px_var(--color-accent-line)]"
            >
              {piece.text}
            </span>
          ) : (
            piece.text
          ),
        )}
      </div>
      {multiline ? (
        <textarea
          {...shared}
          className={`${box} block min-h-7 resize-y py-1`}
          rows={Math.min(Math.max(value.split('\n').length, 1), 12)}
          wrap="off"
        />
      ) : (
        <input {...shared} className={`${box} block h-7`} type="text" />
      )}
      {isOpen && (
        <ul
          aria-label="Completions"
          className="absolute inset-x-0 top-full z-20 mt-1 max-h-60 overflow-y-auto rounded-md bg-raised py-1 shadow-overlay"
          id={listId}
          role="listbox"
        >
          {found.map((path, index) => (
            <li
              key={path}
              aria-selected={index === active}
              className={`cursor-pointer px-3 py-1 font-mono text-xs ${index === active ? 'bg-selected' : ''}`}
              id={`${listId}-${index}`}
              role="option"
              onMouseDown={(event) => {
                event.preventDefault();
                take(path);
              }}
            >
              {path}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
