import type { ReactNode } from 'react';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';

export type GlyphName = ExecutionStatus | 'alarm' | 'warning' | 'no-match';

interface GlyphProps {
  readonly name: GlyphName;
  readonly className?: string;
  /** Side, in px. */
  readonly size?: number;
}

/** The only pictures of the product: twelve marks in the colour of their text. The word always stands beside it. */
export function Glyph({ name, className = '', size = 12 }: GlyphProps) {
  return (
    <svg
      aria-hidden
      className={`block flex-none ${className}`}
      fill="none"
      height={size}
      stroke="currentColor"
      strokeWidth={1.5}
      viewBox="0 0 12 12"
      width={size}
    >
      {SHAPES[name]}
    </svg>
  );
}

const ring = <circle cx={6} cy={6} r={4.25} />;
const solid = { fill: 'currentColor', stroke: 'none' } as const;

const SHAPES: Readonly<Record<GlyphName, ReactNode>> = {
  requested: <circle cx={6} cy={6} r={4.25} strokeDasharray="1.7 1.64" />,
  scheduling: (
    <>
      {ring}
      <path {...solid} d="M6 6V1.75A4.25 4.25 0 0 1 10.25 6Z" />
    </>
  ),
  scheduled: (
    <>
      {ring}
      <path {...solid} d="M6 1.75a4.25 4.25 0 0 1 0 8.5Z" />
    </>
  ),
  running: <path {...solid} d="M3 1.6 10.6 6 3 10.4Z" />,
  canceling: <rect height={8} strokeDasharray="2.2 1" width={8} x={2} y={2} />,
  completed: <path d="M1.8 6.6 4.7 9.4 10.2 2.8" strokeWidth={1.75} />,
  failed: <path d="m2.4 2.4 7.2 7.2m0-7.2-7.2 7.2" strokeWidth={1.75} />,
  timeout: (
    <>
      <circle cx={6} cy={6} r={4.5} />
      <path d="M6 3.2V6l2 1.3" />
    </>
  ),
  cancelled: <rect {...solid} height={8} width={8} x={2} y={2} />,
  abandoned: <path d="M6 .9 11.1 6 6 11.1.9 6ZM6 3.6v2.9M6 7.7v1" strokeWidth={1.4} />,
  alarm: (
    <>
      <path {...solid} d="M3.7.8h4.6l2.9 2.9v4.6l-2.9 2.9H3.7L.8 8.3V3.7Z" />
      <path d="M6 3v3.6M6 7.7v1.5" stroke="var(--color-surface)" />
    </>
  ),
  warning: (
    <path d="M6 1.2 11.2 10.6H.8ZM6 4.4v3M6 8.2v1.1" strokeLinejoin="round" strokeWidth={1.3} />
  ),
  'no-match': <path d="M1.5 4.2h9M1.5 7.8h9M8 1.4 4 10.6" strokeWidth={1.3} />,
};
