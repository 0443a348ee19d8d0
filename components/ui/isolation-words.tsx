import type { ReactNode } from 'react';
import type { Isolation } from '#lib/domain/isolation.ts';
import { Glyph } from './glyph.tsx';

interface IsolationWordsProps {
  readonly isolation: Pick<Isolation, 'kind' | 'description'>;
  /** Said after the description where nothing keeps the process apart. */
  readonly children?: ReactNode;
}

/** What keeps a process apart from others; in red where nothing does. */
export function IsolationWords({
  isolation: { kind, description },
  children,
}: IsolationWordsProps) {
  if (kind !== 'none') return <>{description}</>;
  return (
    <span className="text-failed">
      <span className="flex items-center gap-1.5 font-medium">
        <Glyph name="alarm" /> none
      </span>
      {description}
      {children}
    </span>
  );
}
