import { RefLink } from './ref-link.tsx';

export interface Station {
  /** "Rule v7". */
  readonly kind: string;
  readonly ref: string | number;
  readonly href?: string | undefined;
  /** Beside the ref: a time, a status. */
  readonly note?: string | undefined;
  /** You are here; the tone says whether to look. */
  readonly here?: 'accent' | 'failed' | 'timeout' | undefined;
}

/** Why this is there: its stations on the one line. */
export function ChainStrip({
  label,
  stations,
}: {
  readonly label: string;
  readonly stations: readonly Station[];
}) {
  const isHereLate = stations.findIndex(({ here }) => here !== undefined) >= stations.length / 2;
  return (
    // On small screens the end at which one is stands in view: "this run" is on the right.
    <nav
      aria-label={label}
      className={`scrollbar-none -ml-1 mt-2 overflow-x-auto pt-1 pl-1 ${isHereLate ? 'max-md:[direction:rtl]' : ''}`}
    >
      <ol className="flex min-w-max [direction:ltr]">
        {stations.map(({ kind, ref, href, note, here }, index) => {
          const isLast = index === stations.length - 1;
          const tone = here === undefined ? undefined : TONES[here];
          return (
            <li
              key={`${kind} ${ref}`}
              aria-current={here === undefined ? undefined : 'step'}
              className={`relative pt-[18px] leading-4 ${isLast ? '' : 'flex-1 pr-6'}`}
            >
              {!isLast && (
                <span aria-hidden className="absolute top-[5px] left-1 -right-1 h-0.5 bg-ink-3" />
              )}
              <span
                aria-hidden
                className={`station absolute top-px left-0 h-2.5 w-2.5 rounded-full border-2 ${tone === undefined ? 'border-ink-2 bg-canvas' : tone.dot}`}
              />
              <span className="block text-2xs text-ink-3">{kind}</span>
              <span
                className={`whitespace-nowrap ${tone === undefined ? '' : `font-semibold ${tone.text}`}`}
              >
                {tone === undefined ? (
                  <RefLink href={href} value={ref} />
                ) : (
                  <span className="font-mono text-xs">{ref}</span>
                )}
                {note !== undefined && (
                  <span className={`ml-1.5 text-xs ${tone === undefined ? 'text-ink-3' : ''}`}>
                    {note}
                  </span>
                )}
              </span>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}

const TONES = {
  accent: {
    dot: 'border-accent bg-accent shadow-[0_0_0_3px_var(--color-canvas),0_0_0_4.5px_var(--color-accent)]',
    text: 'text-accent',
  },
  failed: {
    dot: 'border-failed bg-failed shadow-[0_0_0_3px_var(--color-canvas),0_0_0_4.5px_var(--color-failed)]',
    text: 'text-failed',
  },
  timeout: {
    dot: 'border-timeout bg-timeout shadow-[0_0_0_3px_var(--color-canvas),0_0_0_4.5px_var(--color-timeout)]',
    text: 'text-timeout',
  },
} as const;
