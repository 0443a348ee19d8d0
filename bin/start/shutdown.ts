import { complain, say, step } from '#bin/screen.ts';

/** A signal that comes twice within this time is one Ctrl-C: npm passes on what the terminal has sent already. */
const ECHO_MS = 700;

type Stop = (graceMs: number) => Promise<void>;

interface Part {
  readonly name: string;
  /** How long it may take to end by itself. */
  readonly graceMs: number;
  readonly stop: Stop;
  /** What it has still to do, in words; asked every two seconds while it stops. */
  readonly waitsFor?: (stoppedAt: Date) => Promise<string>;
}

export interface Shutdown {
  /** Aborted with the first signal: whatever is being started gives up. */
  readonly signal: AbortSignal;
  /** Parts are stopped in the reverse order of being added. */
  readonly add: (part: Part) => void;
  /** Stops all parts, once; a second call waits for the first. */
  readonly run: () => Promise<void>;
}

/** Ctrl-C and SIGTERM: the first one stops everything in order, the second one at once. */
export function createShutdown(): Shutdown {
  const parts: Part[] = [];
  const abort = new AbortController();
  let running: Promise<void> | null = null;
  let isHurried = false;
  let firstAt = 0;

  const run = () => (running ??= stopAll());

  async function stopAll(): Promise<void> {
    for (const part of parts.toReversed()) {
      try {
        if (isHurried || part.graceMs === 0) await part.stop(0);
        else await step(`Stopping ${part.name}`, () => part.stop(part.graceMs), part.waitsFor);
      } catch (error) {
        complain(
          `${part.name} did not stop: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  const onSignal = () => {
    const now = Date.now();
    if (firstAt === 0) {
      firstAt = now;
      say('\n  Stopping; Ctrl-C once more stops at once.');
      abort.abort(new Stopped());
    } else if (now - firstAt > ECHO_MS && !isHurried) {
      isHurried = true;
      // The parts that are already being waited for are ended now; the loop does the same with the rest.
      for (const part of parts)
        if (part.name !== 'Postgres') void part.stop(0).catch(() => undefined);
    }
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);

  return { signal: abort.signal, add: (part) => void parts.push(part), run };
}

/** Somebody asked for the end; no failure. */
export class Stopped extends Error {}
