/** When a timer fires: pure, and asked with times of the caller's. All times are Unix milliseconds. */
export type Schedule = {
  /** The first time after `afterMs`; null when there is none. */
  next(afterMs: number): number | null;
  /** The last time at or before `atMs`; null when there is none. */
  previous(atMs: number): number | null;
};

/**
 * The latest times of a schedule in `from ..= to`, in order, at most `most`. Walks backwards, so a
 * long sleep costs no more than what is returned.
 */
export function timesBetween(schedule: Schedule, from: number, to: number, most: number): number[] {
  const times: number[] = [];
  for (let at = schedule.previous(to); at !== null && at >= from; at = schedule.previous(at - 1)) {
    times.unshift(at);
    if (times.length >= most) break;
  }
  return times;
}
