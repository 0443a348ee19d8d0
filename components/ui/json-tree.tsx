'use client';

import { useState } from 'react';
import { escapeControls } from '#lib/format.ts';
import { MaskedText } from './masked-text.tsx';

interface JsonTreeProps {
  readonly value: unknown;
  /** How a template would begin: `event.payload`. Without it there are no paths to copy. */
  readonly root?: string;
}

/** Longer lists and objects show their beginning first. */
const SHOWN_AT_FIRST = 100;
const OPEN_DEPTH = 2;

/** A value as a tree; each row says its path as a template would write it. */
export function JsonTree({ value, root }: JsonTreeProps) {
  const children = childrenOf(value);
  if (children === null) {
    return (
      <p className="font-mono text-xs wrap-anywhere">
        <Leaf value={value} />
      </p>
    );
  }
  if (children.length === 0)
    return <p className="font-mono text-xs text-ink-3">{Array.isArray(value) ? '[ ]' : '{ }'}</p>;
  return <Branch depth={0} entries={children} isList={Array.isArray(value)} path={root} />;
}

type Entry = readonly [key: string, value: unknown];

function childrenOf(value: unknown): Entry[] | null {
  return typeof value === 'object' && value !== null ? Object.entries(value) : null;
}

interface BranchProps {
  readonly entries: readonly Entry[];
  readonly isList: boolean;
  readonly depth: number;
  readonly path: string | undefined;
}

function Branch({ entries, isList, depth, path }: BranchProps) {
  const [shown, setShown] = useState(SHOWN_AT_FIRST);
  return (
    <ul className={depth === 0 ? '' : 'pl-5'}>
      {entries.slice(0, shown).map(([key, value]) => (
        <Row
          key={key}
          depth={depth}
          isIndex={isList}
          name={key}
          path={path === undefined ? undefined : `${path}${stepOf(key, isList)}`}
          value={value}
        />
      ))}
      {entries.length > shown && (
        <li>
          <button
            className="text-xs text-accent underline underline-offset-2"
            onClick={() => setShown(shown + 1_000)}
            type="button"
          >
            {entries.length - shown} more
          </button>
        </li>
      )}
    </ul>
  );
}

const stepOf = (key: string, isIndex: boolean): string =>
  isIndex ? `[${key}]` : /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key}']`;

interface RowProps {
  readonly name: string;
  readonly value: unknown;
  readonly depth: number;
  readonly isIndex: boolean;
  readonly path: string | undefined;
}

function Row({ name, value, depth, isIndex, path }: RowProps) {
  const children = childrenOf(value);
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH - 1 || (children?.length ?? 0) <= 3);
  const key = (
    <span className={`shrink-0 ${isIndex ? 'min-w-4 text-ink-3' : 'min-w-[16ch] text-ink-2'}`}>
      {name}
    </span>
  );
  return (
    <li>
      <div className="group relative flex min-h-6 items-baseline gap-3 font-mono text-xs hover:bg-hover focus-within:bg-hover">
        {children === null || children.length === 0 ? (
          <>
            {key}
            <span className="min-w-0 wrap-anywhere whitespace-pre-wrap">
              <Leaf value={value} />
            </span>
          </>
        ) : (
          <button
            aria-expanded={isOpen}
            className="dense flex min-h-6 items-baseline gap-3 text-left"
            onClick={() => setOpen(!isOpen)}
            type="button"
          >
            {key}
            <span className="text-ink-3">
              {Array.isArray(value)
                ? `[ ${children.length} ${children.length === 1 ? 'item' : 'items'} ]`
                : `{ ${children.length} ${children.length === 1 ? 'key' : 'keys'} }`}
            </span>
          </button>
        )}
        {path !== undefined && <CopyPath path={path} />}
      </div>
      {isOpen && children !== null && children.length > 0 && (
        <Branch depth={depth + 1} entries={children} isList={Array.isArray(value)} path={path} />
      )}
    </li>
  );
}

function CopyPath({ path }: { readonly path: string }) {
  const [isCopied, setCopied] = useState(false);
  const copy = async () => {
    await navigator.clipboard.writeText(`{{ ${path} }}`);
    setCopied(true);
  };
  return (
    <span className="absolute top-0.5 right-0 flex gap-2 bg-hover pl-2 text-2xs text-ink-3 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 max-md:hidden">
      {path}
      <button
        aria-label={`Copy the path ${path}`}
        className="font-sans text-xs text-ink-2 hover:underline"
        onBlur={() => setCopied(false)}
        onClick={() => void copy()}
        type="button"
      >
        {isCopied ? 'Copied' : 'Copy path'}
      </button>
    </span>
  );
}

function Leaf({ value }: { readonly value: unknown }) {
  if (typeof value === 'string') {
    return (
      <span className="text-completed">
        &quot;
        <MaskedText text={escapeControls(value)} />
        &quot;
      </span>
    );
  }
  if (typeof value === 'object' && value !== null)
    return <span className="text-ink-3">{Array.isArray(value) ? '[ ]' : '{ }'}</span>;
  return <span className={value === null ? 'text-ink-3' : 'text-running'}>{String(value)}</span>;
}
