import { memo } from 'react';
import { Mask } from '#components/ui/masked-text.tsx';
import { formatClock } from '#lib/format.ts';
import type { LogLine } from './log-model.ts';
import { type AnsiColour, markSegments, type Range, segmentsOf } from './log-segments.ts';

interface LogRowProps {
  readonly line: Omit<LogLine, 'text' | 'isWhole'>;
  /** Beside its line, for it grows while the line stays the same object. */
  readonly text: string;
  readonly zone: string;
  readonly hasTimes: boolean;
  readonly wraps: boolean;
  readonly isTarget: boolean;
  /** Where it was hit by what is searched for. */
  readonly ranges: readonly Range[];
  /** Which of the hits is the one that was gone to. */
  readonly currentHit: number | null;
}

/** One line: number, time, stream, text. Painted anew only when it changes, for many of them scroll by. */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { line, text: wholeText, zone, hasTimes, wraps, isTarget, ranges, currentHit } = props;
  const { number, stream, at } = line;
  return (
    <div
      className={`flex min-h-6 items-baseline pr-3 text-xs leading-6 ${GROUNDS[stream]} ${isTarget || currentHit !== null ? 'shadow-[inset_2px_0_var(--color-accent)]' : ''}`}
    >
      <a
        aria-current={isTarget ? 'location' : undefined}
        aria-label={`Line ${number}`}
        className="dense w-[calc(var(--digits)*1ch+8px)] flex-none self-stretch pr-2 leading-6 text-right font-mono text-2xs text-ink-3 select-none hover:underline md:w-[calc(var(--digits)*1ch+22px)] md:pr-3.5"
        href={`#L${number}`}
      >
        {number}
      </a>
      {hasTimes && (
        <time
          className="w-[92px] flex-none font-mono text-2xs text-ink-3 select-none max-md:hidden"
          dateTime={at}
        >
          {formatClock(at, zone)}
        </time>
      )}
      <span
        className={`w-7 flex-none font-mono text-2xs select-none max-md:hidden ${stream === 'stderr' ? 'font-semibold text-failed' : 'text-ink-2'}`}
      >
        {LABELS[stream]}
      </span>
      {stream === 'stderr' && <span className="sr-only md:hidden">error: </span>}
      <span
        className={`min-w-0 flex-1 ${wraps ? 'wrap-anywhere whitespace-pre-wrap' : 'whitespace-pre'} ${stream === 'system' ? 'font-sans text-ink-2' : 'font-mono'}`}
      >
        {markSegments(segmentsOf(wholeText), ranges).map(
          ({ text, mask, colour, isBold, hit }, index) => {
            const look = `${colour === undefined ? '' : COLOURS[colour]} ${isBold === true ? 'font-semibold' : ''}`;
            const content = mask === undefined ? text : <Mask name={mask} />;
            return hit === undefined ? (
              <span key={index} className={look}>
                {content}
              </span>
            ) : (
              <mark
                key={index}
                className={
                  hit === currentHit
                    ? 'bg-accent text-canvas'
                    : 'bg-accent-soft text-inherit shadow-[0_1px_var(--color-accent)]'
                }
              >
                {content}
              </mark>
            );
          },
        )}
      </span>
    </div>
  );
});

const LABELS = { stdout: '', stderr: 'err', system: 'sys' } as const;
const GROUNDS = { stdout: '', stderr: 'bg-failed-soft', system: 'bg-sunken' } as const;

const COLOURS: Readonly<Record<AnsiColour, string>> = {
  red: 'text-failed',
  green: 'text-completed',
  yellow: 'text-timeout',
  blue: 'text-running',
  magenta: 'text-abandoned',
  cyan: 'text-accent',
  grey: 'text-ink-3',
};
