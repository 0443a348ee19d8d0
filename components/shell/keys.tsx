import { Fragment } from 'react';

/** `g x` as two caps, `Ctrl+k` as two that are held together. */
export function Keys({ keys }: { readonly keys: string }) {
  const caps = keys === ' ' ? ['Space'] : keys.split(' ');
  return (
    <span className="inline-flex gap-1">
      {caps.map((cap) => (
        <Fragment key={cap}>
          {cap.split('+').map((key) => (
            <kbd
              key={key}
              className="rounded-xs border border-line-strong bg-surface px-1 font-mono text-2xs text-ink-2"
            >
              {cap.includes('+') ? key.replace(/^[a-z]$/, (letter) => letter.toUpperCase()) : key}
            </kbd>
          ))}
        </Fragment>
      ))}
    </span>
  );
}
