import type { SensorEnd } from '#server/sensors/process-repository.ts';
import type { ProcessEnd } from './sensor-process.ts';

/** One sentence about how a sensor's process came to its end. */
export function describeEnd({ outcome }: Pick<ProcessEnd, 'outcome'>): string {
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

/** What the row keeps of it. */
export const toRecord = ({
  outcome,
}: Pick<ProcessEnd, 'outcome'>): Pick<SensorEnd, 'exitCode' | 'signal'> => ({
  exitCode: 'exitCode' in outcome ? outcome.exitCode : null,
  signal: 'signal' in outcome ? outcome.signal : null,
});
