import { writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** Whoever else wants a processor gets nine parts of ten; what nobody else wants is all theirs. */
const NICENESS = 10;

/** Lets a process, and what it will start, step back behind everything that must answer while it computes. */
export const stepBack = (pid: number): void => attempt(() => setPriority(pid, NICENESS));

/**
 * The same for a whole session, by the first of it. Where Linux shares the processors among sessions
 * (`sched_autogroup`), niceness counts within a session only, and a new session begins with none: then sixteen runs
 * would get sixteen times as much as the interface, unless theirs step back too.
 */
export const stepBackAsSession = (pid: number): void =>
  attempt(() => writeFileSync(`/proc/${pid}/autogroup`, String(NICENESS)));

/** It may have ended; the kernel may know no such groups, or let an ordinary user change one every 100 ms only. */
function attempt(change: () => void): void {
  try {
    change();
  } catch {
    // It runs as everything else does.
  }
}
