import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';

interface EmptyProps {
  /** One sentence: what is not there, and when it will be. */
  readonly children: ReactNode;
  /** What makes it come: a command to copy. */
  readonly command?: string;
  /** One button or link. */
  readonly action?: ReactNode;
}

/** Nothing here yet, and what to do about it. */
export function Empty({ children, command, action }: EmptyProps) {
  return (
    <div className="grid justify-items-start gap-2 px-3 py-4 text-ink-2">
      <p className="max-w-[88ch]">{children}</p>
      {command !== undefined && (
        <div className="flex max-w-full flex-wrap items-start gap-2">
          <pre
            className="max-w-full overflow-x-auto rounded-sm border border-line bg-sunken px-2 py-1 font-mono text-xs text-ink"
            // What scrolls is scrolled by keys too.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- see above
            tabIndex={0}
          >
            {command}
          </pre>
          <CopyButton text={command} what="the command" />
        </div>
      )}
      {action}
    </div>
  );
}
