import type { ReactNode } from 'react';
import { Glyph } from './glyph.tsx';

interface ErrorPanelProps {
  /** What failed. */
  readonly title: string;
  /** Why, and what to do. */
  readonly children: ReactNode;
  /** By which the server's record of it is found. */
  readonly reference?: string | undefined;
  readonly action?: ReactNode;
}

/** What failed, what one can do, and by which number it is found again. */
export function ErrorPanel({ title, children, reference, action }: ErrorPanelProps) {
  return (
    <section
      className="grid justify-items-start gap-2 rounded-md border border-line bg-failed-soft p-3 shadow-[inset_3px_0_var(--color-failed)]"
      role="alert"
    >
      <h1 className="flex items-center gap-1.5 font-semibold text-failed">
        <Glyph name="alarm" />
        {title}
      </h1>
      <div className="max-w-[88ch]">{children}</div>
      {reference !== undefined && (
        <p className="text-xs text-ink-2">
          Reference <code className="font-mono select-all">{reference}</code>
        </p>
      )}
      {action}
    </section>
  );
}
