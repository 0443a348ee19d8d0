import type { ExecutionDuration } from '#lib/contracts/executions.ts';
import { DAY_MS, formatClock, formatDate } from '#lib/format.ts';

/** Where marks stand: fractions from the left and from the top. */
export interface Scale {
  readonly fromMs: number;
  readonly toMs: number;
  /** Powers of ten of a millisecond, from the lowest line to the highest. */
  readonly decades: readonly number[];
  readonly x: (atMs: number) => number;
  readonly y: (ms: number) => number;
}

/** A part of the width, as two fractions of it. */
export type Brush = readonly [from: number, to: number];

/** Shorter is not told apart. */
const LOWEST_DECADE = 1;

/** Time goes to the right, duration up, ten times as long from line to line. Null when there is nothing to show. */
export function scaleOf(marks: readonly ExecutionDuration[]): Scale | null {
  const [first] = marks;
  if (first === undefined) return null;
  let fromMs = Date.parse(first.created);
  let toMs = fromMs;
  let longest = first.ms;
  for (const { created, ms } of marks) {
    const at = Date.parse(created);
    fromMs = Math.min(fromMs, at);
    toMs = Math.max(toMs, at);
    longest = Math.max(longest, ms);
  }
  // One run alone stands in the middle of a minute.
  if (toMs - fromMs < 1_000) {
    fromMs -= 30_000;
    toMs += 30_000;
  }
  const top = Math.max(LOWEST_DECADE + 2, Math.ceil(Math.log10(Math.max(longest, 1))));
  const decades = Array.from({ length: top - LOWEST_DECADE + 1 }, (_, i) => LOWEST_DECADE + i);
  return {
    fromMs,
    toMs,
    decades,
    x: (atMs) => (atMs - fromMs) / (toMs - fromMs),
    y: (ms) =>
      1 - (Math.log10(Math.max(ms, 10 ** LOWEST_DECADE)) - LOWEST_DECADE) / (top - LOWEST_DECADE),
  };
}

/** The instant that stands at a fraction from the left. */
export const instantAt = ({ fromMs, toMs }: Scale, fraction: number): number =>
  Math.round(fromMs + Math.min(1, Math.max(0, fraction)) * (toMs - fromMs));

/** `14:02:11`; with the date where the chart spans days, with ms where it spans seconds. */
export function clockAt(scale: Scale, fraction: number, zone: string): string {
  const at = new Date(instantAt(scale, fraction)).toISOString();
  const spanMs = scale.toMs - scale.fromMs;
  if (spanMs > DAY_MS) return formatDate(at, zone);
  const clock = formatClock(at, zone);
  return spanMs < 10_000 ? clock : clock.slice(0, 8);
}

/** What one would say of the chart: how many, and how many of them did not complete. */
export function scatterWords(marks: readonly ExecutionDuration[]): string {
  const bad = marks.filter(({ status }) => UNHAPPY.has(status)).length;
  return `How long ${marks.length} runs took, by when they were asked for; ${bad} of them did not complete`;
}

const UNHAPPY: ReadonlySet<string> = new Set(['failed', 'timeout', 'cancelled', 'abandoned']);
