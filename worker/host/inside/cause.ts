import type { EndCause, SentSignal } from '../process-spec.ts';
import { type LauncherReport, signalName } from './launcher.ts';

export interface Cause {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly cause: EndCause;
}

/** How a process ended, from all that saw it end. */
export interface Witnesses {
  /** Of our own child, which is the process itself or bubblewrap around it. */
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly inSandbox: boolean;
  /** Null where nobody waited for the command inside the sandbox. */
  readonly report: LauncherReport | null;
  readonly sent: readonly SentSignal[];
  /** Whether the kernel killed some process for want of memory meanwhile. */
  readonly sawOutOfMemory: boolean;
}

/** bubblewrap turns a death by signal n into this plus n. */
const SIGNAL_CODE_BASE = 128;
/** The highest signal; larger exit codes are only exit codes. */
const SIGNAL_MAX = 64;

export function findCause(witnesses: Witnesses): Cause {
  const { exitCode, signal, inSandbox, report } = witnesses;
  if (signal !== null) return bySignal(signal, witnesses);
  if (!inSandbox || exitCode === null) return { exitCode, signal, cause: 'exit' };
  const number = exitCode - SIGNAL_CODE_BASE;
  const isSignalCode = number > 0 && number <= SIGNAL_MAX;
  if (report?.hasStarted === true) {
    const end = report.end ?? { exitCode: null, signal: null };
    if (end.signal !== null) return bySignal(end.signal, witnesses);
    if (end.exitCode !== null) return { ...end, cause: 'exit' };
    // The launcher tells every end but its own: the SIGKILL that ended the whole sandbox.
    if (isSignalCode) return bySignal(signalName(number), witnesses);
  }
  return isSignalCode ? guess(signalName(number), witnesses) : { exitCode, signal, cause: 'exit' };
}

function bySignal(signal: string, { sent, sawOutOfMemory }: Witnesses): Cause {
  const ofOurs = sent.some((one) => one === signal);
  const outOfMemory = signal === 'SIGKILL' && sawOutOfMemory;
  const cause = ofOurs ? 'our_signal' : outOfMemory ? 'out_of_memory' : 'other_signal';
  return { exitCode: null, signal, cause };
}

/** Nobody saw the signal: named only where it is likely, and never claimed to be known. */
function guess(signal: string, witnesses: Witnesses): Cause {
  const { cause } = bySignal(signal, witnesses);
  return cause === 'other_signal'
    ? { exitCode: witnesses.exitCode, signal: null, cause: 'exit_or_signal' }
    : { exitCode: null, signal, cause: 'exit_or_signal' };
}
