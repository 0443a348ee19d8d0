import { limitBehind, type LimitName, sensorLimitError } from '#lib/domain/resource-limits.ts';
import type { SensorEnd } from '#server/sensors/process-repository.ts';
import type { ProcessEnd } from './sensor-process.ts';

/** One sentence about how a sensor's process came to its end. */
export function describeEnd(end: ProcessEnd): string {
  const { outcome, limits } = end;
  const limit = limitOf(end);
  if (limit !== null)
    return `The sensor was ended by a limit. ${sensorLimitError(limit, limits[limit] ?? 0)}.`;
  switch (outcome.kind) {
    case 'exited':
      return `The sensor ended with exit code ${outcome.exitCode}.`;
    case 'killed':
      return `The sensor was ended by ${outcome.signal}.`;
    case 'stopped':
      return outcome.signal === null
        ? 'The sensor was stopped.'
        : `The sensor was stopped by ${outcome.signal}.`;
    case 'not_started':
      return `The sensor could not be started: ${outcome.error}`;
  }
}

/** The limit that a sensor was ended for, or that it broke on by itself; null when it was none. */
export function limitOf({ outcome, limits, lastErrorLine }: ProcessEnd): LimitName | null {
  if (outcome.end.limit !== null) return outcome.end.limit;
  if (outcome.kind !== 'exited' && outcome.kind !== 'killed') return null;
  const exitCode = outcome.kind === 'exited' ? outcome.exitCode : null;
  const signal = outcome.kind === 'killed' ? outcome.signal : null;
  return limitBehind({ exitCode, signal, stderr: lastErrorLine }, limits);
}

/** What the row keeps of it. */
export const toRecord = ({
  outcome,
}: Pick<ProcessEnd, 'outcome'>): Pick<SensorEnd, 'exitCode' | 'signal'> => ({
  exitCode: 'exitCode' in outcome ? outcome.exitCode : null,
  signal: 'signal' in outcome ? outcome.signal : null,
});
