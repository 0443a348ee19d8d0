import Link from 'next/link';
import { Fragment, type ReactNode } from 'react';
import type { Part } from '#lib/sentences/part.ts';

interface PageHeaderProps {
  /** What is so: the h1. */
  readonly sentence: string | readonly Part[];
  /** The small line above: badge, ref, who. */
  readonly above?: ReactNode;
  /** What one can do. */
  readonly actions?: ReactNode;
  /** Below the sentence: bars, chain. */
  readonly children?: ReactNode;
}

/** The sentence first. */
export function PageHeader({ sentence, above, actions, children }: PageHeaderProps) {
  return (
    <header className="mb-4">
      {(above !== undefined || actions !== undefined) && (
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
          {above !== undefined && (
            <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
              {above}
            </div>
          )}
          {actions !== undefined && (
            <div className="flex flex-wrap items-center gap-2 md:ml-auto">{actions}</div>
          )}
        </div>
      )}
      <h1 className="mt-1.5 max-w-[88ch] text-lg font-[560] wrap-anywhere">
        <Sentence parts={typeof sentence === 'string' ? [sentence] : sentence} />
      </h1>
      {children}
    </header>
  );
}

/** Words with links in them. */
export function Sentence({ parts }: { readonly parts: readonly Part[] }) {
  return parts.map((part, index) =>
    typeof part === 'string' ? (
      <Fragment key={index}>{keepUnits(part)}</Fragment>
    ) : (
      <Link
        key={index}
        className="underline decoration-accent-line decoration-1 underline-offset-4"
        href={part.href}
        prefetch={false}
      >
        {part.text}
      </Link>
    ),
  );
}

/** `8 s`, `1 m 8 s`, `12.4 MiB`, `3 times`. */
const WITH_UNIT = /(\d[\d.,]* (?:ms|s|m|min|h|d|B|[KMGT]iB|%|times)(?!\w)(?: \d+ [smh](?!\w))?)/;

/** A number and its unit stay on one line. */
const keepUnits = (text: string): ReactNode =>
  text.split(WITH_UNIT).map((piece, index) =>
    index % 2 === 0 ? (
      piece
    ) : (
      <span key={index} className="whitespace-nowrap">
        {piece}
      </span>
    ),
  );
