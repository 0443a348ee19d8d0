import { type ReactNode, useId } from 'react';

interface PanelProps {
  readonly title: ReactNode;
  /** Beside the title, quieter. */
  readonly note?: ReactNode;
  /** At the right end of the head. */
  readonly end?: ReactNode;
  readonly footer?: ReactNode;
  /** With space inside; without, for tables. */
  readonly padded?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}

/** The one level of box there is. */
export function Panel({
  title,
  note,
  end,
  footer,
  padded = false,
  className = '',
  children,
}: PanelProps) {
  const id = useId();
  return (
    <section
      aria-labelledby={id}
      className={`min-w-0 overflow-clip rounded-md border border-line bg-surface ${className}`}
    >
      <header className="flex min-h-9 flex-wrap items-center gap-x-2 border-b border-line px-3 py-1">
        <h2 className="font-semibold" id={id}>
          {title}
        </h2>
        {note !== undefined && <span className="text-ink-3">{note}</span>}
        {end !== undefined && (
          <span className="ml-auto flex items-center gap-2 text-ink-3">{end}</span>
        )}
      </header>
      {padded ? <div className="p-3">{children}</div> : children}
      {footer !== undefined && (
        <footer className="border-t border-line bg-sunken px-3 py-2 text-xs text-ink-2">
          {footer}
        </footer>
      )}
    </section>
  );
}
