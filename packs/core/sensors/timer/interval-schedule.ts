import type { Schedule } from './schedule.ts';

/**
 * Multiples of the interval since the Unix epoch. No start has a say in it, so that a restart, or
 * another host, neither shifts nor doubles a fire.
 */
export function intervalSchedule(intervalSeconds: number): Schedule {
  const stepMs = intervalSeconds * 1000;
  const previous = (atMs: number): number => Math.floor(atMs / stepMs) * stepMs;
  return { next: (afterMs) => previous(afterMs) + stepMs, previous };
}
