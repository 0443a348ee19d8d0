/** The stretch of time that an axis shows, in ms since 1970. */
export interface TimeView {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Nearer than this there is nothing to see: moments are kept to the millisecond. */
const SPAN_MS_MIN = 5;

/** Nearer (a factor above 1) or farther, with one moment kept where it is; never beyond the whole. */
export function zoomed(view: TimeView, whole: TimeView, factor: number, atMs: number): TimeView {
  const spanMs = clamp(spanOf(view) / factor, Math.min(SPAN_MS_MIN, spanOf(whole)), spanOf(whole));
  const share = (clamp(atMs, view.fromMs, view.toMs) - view.fromMs) / spanOf(view);
  return within(atMs - share * spanMs, spanMs, whole);
}

/** Along by a share of what is shown; as far as the whole goes. */
export const panned = (view: TimeView, whole: TimeView, share: number): TimeView =>
  within(view.fromMs + share * spanOf(view), spanOf(view), whole);

/** What lies between two moments, in either order. */
export function selected(aMs: number, bMs: number, whole: TimeView): TimeView {
  const spanMs = Math.max(Math.abs(bMs - aMs), Math.min(SPAN_MS_MIN, spanOf(whole)));
  return within(Math.min(aMs, bMs), spanMs, whole);
}

/** Where a moment lies, as a share of what is shown: below 0 and above 1 it is not in sight. */
export const shareOf = (view: TimeView, ms: number): number => (ms - view.fromMs) / spanOf(view);

export const spanOf = ({ fromMs, toMs }: TimeView): number => toMs - fromMs;

function within(fromMs: number, spanMs: number, whole: TimeView): TimeView {
  const from = clamp(fromMs, whole.fromMs, whole.toMs - spanMs);
  return { fromMs: from, toMs: from + spanMs };
}

const clamp = (value: number, min: number, max: number): number =>
  Math.max(min, Math.min(max, value));
