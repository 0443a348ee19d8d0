import type { EndRecord, Outcome } from './process-spec.ts';
import type { EndReport } from './protocol.ts';

type Observed = Pick<EndRecord, 'startedAt' | 'signals'> & {
  /** The beginning of stderr; says why a sandbox could not be set up. */
  readonly firstError: string;
};

/** Turns the host's report, and what the worker saw of the run, into one outcome. */
export function toOutcome(report: EndReport, observed: Observed): Outcome {
  const end: EndRecord = {
    startedAt: observed.startedAt,
    endedAt: new Date(report.endedAt),
    signals: observed.signals,
    graceUsedMs: graceUsedMs(report, observed),
    cause: report.cause,
    left: report.left,
    killProven: report.killProven,
    isolation: report.isolation,
    limit: report.limit,
    processesEnded: report.processesEnded,
  };
  const { exitCode, signal, stoppedBecause } = report;
  if (report.notStarted !== null) return { kind: 'not_started', error: report.notStarted, end };
  if (stoppedBecause !== null) {
    return { kind: 'stopped', because: stoppedBecause, exitCode, signal, end };
  }
  if (report.setupFailed) {
    const words = observed.firstError.trim() || 'bubblewrap gave no reason';
    return { kind: 'not_started', error: `The sandbox could not be set up: ${words}`, end };
  }
  return exitCode === null
    ? { kind: 'killed', signal: signal ?? 'SIGKILL', end }
    : { kind: 'exited', exitCode, end };
}

function graceUsedMs({ endedAt }: EndReport, { signals }: Observed): number | null {
  const first = signals.find(({ signal }) => signal === 'SIGTERM');
  return first === undefined ? null : Math.max(0, endedAt - first.at.getTime());
}
