import { Fragment, type ReactNode } from 'react';

interface FactsProps {
  /** Label → value, in order; what is undefined is left out. */
  readonly facts: Readonly<Record<string, ReactNode>>;
  readonly className?: string;
}

/** Key and value, one line each; long values wrap anywhere and are never cut. */
export function Facts({ facts, className = '' }: FactsProps) {
  return (
    <dl
      className={`grid content-start grid-cols-[minmax(84px,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 ${className}`}
    >
      {Object.entries(facts).map(
        ([label, value]) =>
          value !== undefined && (
            <Fragment key={label}>
              <dt className="text-ink-3">{label}</dt>
              <dd className="min-w-0 wrap-anywhere">{value}</dd>
            </Fragment>
          ),
      )}
    </dl>
  );
}
