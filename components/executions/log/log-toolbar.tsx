'use client';

import type { RefObject } from 'react';
import { Button } from '#components/ui/button.tsx';
import { TextInput } from '#components/ui/field.tsx';

export type LogOption = 'times' | 'wrap' | 'errors' | 'system' | 'regex';
export type LogOptions = Readonly<Record<LogOption, boolean>>;

interface LogToolbarProps {
  readonly options: LogOptions;
  readonly onToggle: (option: LogOption) => void;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly onStep: (by: 1 | -1) => void;
  /** `3 of 16`, or what does not fit; empty while nothing is searched. */
  readonly hitWords: string;
  readonly onFirstError: (() => void) | null;
  readonly downloadUrl: string;
  readonly fileName: string;
  readonly search: RefObject<HTMLInputElement | null>;
}

export function LogToolbar(props: LogToolbarProps) {
  const {
    options,
    onToggle,
    words,
    onWords,
    onStep,
    hitWords,
    onFirstError,
    downloadUrl,
    fileName,
    search,
  } = props;
  const toggle = (option: LogOption, label: string, className = '') => (
    <button
      aria-pressed={options[option]}
      className={`dense h-6 rounded-sm px-1.5 text-xs text-ink-3 hover:text-ink aria-pressed:bg-sunken aria-pressed:text-ink aria-pressed:shadow-[inset_0_-2px_var(--color-accent)] ${className}`}
      onClick={() => onToggle(option)}
      type="button"
    >
      {label}
    </button>
  );
  return (
    <header className="flex flex-wrap items-center gap-x-2 gap-y-1 border-b border-line px-2 py-1">
      <div className="flex items-center gap-1">
        <TextInput
          ref={search}
          aria-label="Search in the output"
          className="w-28 font-mono text-xs md:w-40 2xl:w-52"
          onChange={(event) => onWords(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') onStep(event.shiftKey ? -1 : 1);
            if (event.key === 'Escape') onWords('');
          }}
          placeholder="Search"
          type="search"
          value={words}
        />
        {toggle('regex', 'Regex')}
      </div>
      <span className="min-w-16 text-xs text-ink-3" role="status">
        {hitWords}
      </span>
      {words !== '' && (
        <>
          <Button onClick={() => onStep(-1)} variant="plain">
            Previous
          </Button>
          <Button onClick={() => onStep(1)} variant="plain">
            Next
          </Button>
        </>
      )}
      {onFirstError !== null && (
        <Button onClick={onFirstError} variant="plain">
          First error
        </Button>
      )}
      <span className="ml-auto flex items-center gap-0.5">
        {toggle('times', 'Times', 'max-md:hidden')}
        {toggle('wrap', 'Wrap')}
        {toggle('errors', 'Errors', 'max-md:hidden')}
        {toggle('system', 'System', 'max-md:hidden')}
        <a
          className="ml-1 inline-flex h-6 items-center px-1 text-ink-2 hover:text-ink hover:underline"
          download={fileName}
          href={downloadUrl}
        >
          Download
        </a>
      </span>
    </header>
  );
}
