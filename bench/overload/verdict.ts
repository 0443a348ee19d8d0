import type { Measured } from './measure.ts';
import type { Read } from './read-meanwhile.ts';

const READ_MS_MAX = 1_000;
/** Resident, without what all share; at rest web has about 250 and the worker about 200. */
const MEGABYTES_MAX = { web: 900, worker: 500, host: 200 } as const;
const EXAMPLES_MAX = 5;

/** The promises that were broken under load, in words; empty = none. */
export function judgeOverload(measured: Measured): string[] {
  const { offered, reads, drainSeconds, fates, otherEnds, peaks } = measured;
  const { accepted: count, ...broken } = fates;
  return [
    ...offered.wrongRefusals
      .slice(0, EXAMPLES_MAX)
      .map((words) => `an event was refused with ${words}`),
    ...(count === offered.accepted.length && count > 0 ? [] : [`${count} events were accepted`]),
    ...Object.entries(broken).flatMap(([what, events]) =>
      events > 0 ? [`${events} events: ${what.replaceAll('_', ' ')}`] : [],
    ),
    ...otherEnds,
    ...reads.filter(({ status }) => status !== 200).map(({ path, status }) => `${path}: ${status}`),
    ...reads
      .filter(({ ms }) => ms >= READ_MS_MAX)
      .map(({ path, ms }) => `${path} took ${Math.round(ms)} ms`),
    ...(drainSeconds === null ? ['what was accepted had not run in time'] : []),
    ...Object.entries(MEGABYTES_MAX).flatMap(([name, max]) => {
      const peak = peaks[name];
      if (peak === undefined) return [`${name} was never seen`];
      return peak > max ? [`${name} had ${peak} MB, at most ${max} are allowed`] : [];
    }),
  ];
}

export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** What was measured, for people. */
export function describeOverload({ offered, reads, drainSeconds, fates, peaks }: Measured) {
  const byPath = Map.groupBy(reads, ({ path }) => path);
  const ms = (of: readonly Read[]) => percentiles(of.map((read) => read.ms));
  return {
    'answers to events': offered.answers,
    'events, ms': percentiles(offered.ms),
    'reads meanwhile, ms': ms(reads),
    ...Object.fromEntries([...byPath].map(([path, of]) => [`  ${path}`, ms(of)])),
    'seconds until all had run': drainSeconds,
    'of the accepted events': fates,
    'peak memory, MB': peaks,
  };
}

function percentiles(values: readonly number[]): Percentiles {
  const sorted = values.toSorted((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
