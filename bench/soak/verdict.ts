import { setTimeout as delay } from 'node:timers/promises';
import { checkInvariants, type Violation } from '#server/invariants/check-invariants.ts';
import { inSnapshot } from '#server/invariants/in-snapshot.ts';
import type { Fault } from './faults.ts';
import type { Tally } from './load.ts';
import {
  countAttemptEnds,
  countEnds,
  countEvents,
  countExecutions,
  findLeftovers,
  findLostEvents,
  findLostExecutions,
  findUnended,
  measureDepartures,
} from './state.ts';

export const END_SECONDS_MAX = 60;
export const DEPARTURE_SECONDS_MAX = 30;

/** Waits until everything has ended, as long as that may take. @returns seconds */
export async function untilAllEnded(): Promise<number> {
  const from = Date.now();
  for (;;) {
    const counts = await countExecutions().catch(() => null);
    const seconds = (Date.now() - from) / 1000;
    if ((counts !== null && counts.waiting + counts.running === 0) || seconds > END_SECONDS_MAX)
      return seconds;
    await delay(1_000);
  }
}

interface Seen {
  readonly tally: Tally;
  readonly faults: readonly Fault[];
  readonly url: string;
  readonly mark: string;
  /** Broken while it ran. */
  readonly broken: readonly string[];
}

/** Prints the counts. @returns the promises that were broken, in words; empty = none */
export async function judge({ tally, faults, url, mark, broken }: Seen): Promise<string[]> {
  const found = [...broken, ...tally.unexpected.map((words) => `unexpected answer: ${words}`)];
  const counts = await countExecutions();
  const events = await countEvents();
  say(
    `asked ${tally.asked}; accepted ${tally.executions.length} executions and ${tally.events.length} events (${events} are stored); refused ${words(tally.refused)}; cancels ${words(tally.cancels)}`,
  );
  say(`executions by status: ${words(counts.byStatus)}; retries ${counts.retries}`);
  for (const row of await countEnds())
    say(`  execution ${row.status}, ${row.end_reason}: ${row.count}`);
  for (const row of await countAttemptEnds())
    say(`  attempt ${row.status}, ${row.end_reason}: ${row.count}`);

  for (const { id } of await findLostExecutions(tally.executions))
    found.push(`execution ${id} was accepted and is not there`);
  for (const { id, executions } of await findLostEvents(tally.events))
    found.push(`event ${id} was accepted and has ${executions} executions`);
  for (const { id, words: how } of await findUnended())
    found.push(`execution ${id} has not ended ${END_SECONDS_MAX} s after the load: ${how}`);

  const departures = await measureDepartures(faults);
  const worst = Math.max(0, ...departures.map(({ seconds }) => seconds));
  for (const { fault, attempts, seconds } of departures) {
    say(
      `  ${fault.at.toISOString()} ${fault.kind} ${fault.workerIds.join()}: ${attempts} ran, left after ${seconds.toFixed(1)} s`,
    );
    if (seconds > DEPARTURE_SECONDS_MAX)
      found.push(
        `the executions of worker ${fault.workerIds.join()} left running ${seconds.toFixed(1)} s after '${fault.kind}'`,
      );
  }
  say(
    `worst time from a worker's death to its executions' leaving running: ${worst.toFixed(1)} s (at most ${DEPARTURE_SECONDS_MAX})`,
  );

  const leftovers = findLeftovers(url, mark);
  say(`processes that outlived their run: ${leftovers.length}`);
  for (const { pid, words: what } of leftovers) found.push(`process ${pid} is left: ${what}`);

  const violations = await inSnapshot(checkInvariants);
  say(`invariants broken: ${violations.length}`);
  found.push(...violations.flatMap(describe));
  return [...new Set(found)];
}

export const describe = ({ invariant, count, examples }: Violation): string[] =>
  examples.map((example) => `${invariant} (${count}): ${example}`);

const words = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
