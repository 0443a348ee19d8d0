import { counted } from './part.ts';

interface SensorFacts {
  readonly ref: string;
  readonly enabled: boolean;
  readonly process: {
    readonly status: string;
    readonly wanted: 'run' | 'stop';
    readonly worker_name: string | null;
    readonly pid: number | null;
    readonly restarts: number;
    readonly consecutive_failures: number;
    readonly last_exit_code: number | null;
    readonly last_signal: string | null;
    readonly last_error: string | null;
    readonly active_rule_count: number;
  };
}

/** One sentence about the process of a sensor. */
export function sensorSentence({ ref, enabled, process }: SensorFacts): string {
  const rules = counted(process.active_rule_count, 'rule');
  if (!enabled) return `${ref} is disabled. Its triggers fire nothing.`;
  if (process.status === 'running') {
    const where = process.worker_name === null ? '' : ` on ${process.worker_name}`;
    const again = process.restarts === 0 ? '' : ` It was restarted ${timesOf(process.restarts)}.`;
    return `${ref} runs${where} for ${rules}.${again}`;
  }
  if (process.consecutive_failures > 0 && process.wanted === 'run') {
    return `${ref} ended ${timesOf(process.consecutive_failures)} in a row${endOf(process)}. It is started again, later each time.`;
  }
  if (process.wanted === 'stop')
    return `${ref} was stopped by hand. Start it to let its triggers fire.`;
  if (process.status === 'starting') return `${ref} is being started for ${rules}.`;
  return process.active_rule_count === 0
    ? `${ref} does not run: no enabled rule uses one of its triggers.`
    : `${ref} does not run although ${rules} need${process.active_rule_count === 1 ? 's' : ''} it. Look at Workers: one that runs sensors must be connected.`;
}

const timesOf = (count: number): string =>
  count === 1 ? 'once' : count === 2 ? 'twice' : `${count} times`;

function endOf({
  last_error: error,
  last_exit_code: code,
  last_signal: signal,
}: SensorFacts['process']): string {
  const how =
    signal === null ? (code === null ? '' : `, last with exit ${code}`) : `, last by ${signal}`;
  return error === null ? how : `${how}: ${error.replace(/\.$/, '')}`;
}

/** How a sensor's state is shown: the shape, and the word beside it. */
export function sensorState({ enabled, process }: Omit<SensorFacts, 'ref'>): {
  tone: 'good' | 'idle' | 'warning' | 'alarm';
  word: string;
} {
  if (!enabled) return { tone: 'idle', word: 'disabled' };
  if (process.status === 'running') return { tone: 'good', word: 'running' };
  if (process.wanted === 'stop') return { tone: 'idle', word: 'stopped by hand' };
  if (process.consecutive_failures > 0) return { tone: 'alarm', word: 'restarting' };
  if (process.active_rule_count === 0) return { tone: 'idle', word: 'not needed' };
  return { tone: 'warning', word: process.status === 'stopped' ? 'not running' : process.status };
}
