/** When each general topic was last told, in ms of our clock: a reader that comes back is told what it missed. */
const toldAt = new Map<string, number>();
/** What was said before that was not heard. */
let hearingSince = Number.POSITIVE_INFINITY;

/** Another process's clock, by which the reader's instant may have been taken, is not exactly ours. */
const CLOCKS_APART_MS = 1_000;

export function noteTold(topics: readonly string[]): void {
  const now = Date.now();
  // Those of one thing, `execution:17`, are without number.
  for (const topic of topics) if (!topic.includes(':')) toldAt.set(topic, now);
}

export function noteConnected(): void {
  hearingSince = Date.now();
}

/** Which of these topics may have changed since an instant; all of them where nobody listened all the time. */
export function toldSince<T extends string>(topics: readonly T[], sinceMs: number): T[] {
  if (sinceMs < hearingSince) return [...topics];
  return topics.filter((topic) => (toldAt.get(topic) ?? 0) >= sinceMs - CLOCKS_APART_MS);
}
