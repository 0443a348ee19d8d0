import type { IsolationKind } from '#lib/domain/isolation.ts';
import { formatSeconds } from '#lib/format.ts';
import { counted, listed } from './part.ts';

interface WorkerFacts {
  readonly name: string;
  readonly health_state: string;
  readonly isolation: { readonly kind: IsolationKind };
  readonly slots: number;
  readonly load: { readonly running: number };
  readonly runtimes: readonly { readonly name: string; readonly available: boolean }[];
}

const isAlive = ({ health_state: health }: Pick<WorkerFacts, 'health_state'>): boolean =>
  health === 'active' || health === 'busy' || health === 'cordoned';

/** One sentence about all workers: the worst news first. */
export function workersSentence(workers: readonly WorkerFacts[]): string {
  const alive = workers.filter(isAlive);
  if (alive.length === 0)
    return 'No worker is connected: nothing runs until one is. Start it with npx attune worker.';
  const open = alive.filter(({ isolation }) => isolation.kind === 'none').map(({ name }) => name);
  if (open.length > 0) {
    return `${listed(open)} ${open.length === 1 ? 'does' : 'do'} not keep actions apart: they can read each other. Install bubblewrap there, or run the worker as root.`;
  }
  const missing = [
    ...new Set(
      alive.flatMap(({ runtimes }) =>
        runtimes.filter(({ available }) => !available).map(({ name }) => name),
      ),
    ),
  ];
  const slots = alive.reduce((sum, worker) => sum + worker.slots, 0);
  const running = alive.reduce((sum, worker) => sum + worker.load.running, 0);
  const base = `${counted(alive.length, 'worker')} ${alive.length === 1 ? 'is' : 'are'} connected: ${running} of ${slots} slots in use.`;
  return missing.length === 0
    ? base
    : `${base} ${listed(missing)} ${missing.length === 1 ? 'is' : 'are'} not on every worker.`;
}

const ADVICE: Readonly<Record<string, string>> = {
  python: 'Install Python 3.9 or newer (python3 with venv) on this host, then restart the worker.',
  nodejs: 'Install Node.js 18 or newer on this host, then restart the worker.',
  shell: 'Install bash or sh on this host, then restart the worker.',
};

/** What to do about an interpreter that is not there. */
export const runtimeAdvice = (runtime: string): string =>
  ADVICE[runtime] ?? `Install ${runtime} on this host, then restart the worker.`;

interface Held {
  readonly total_active: number;
  readonly sensor_processes_running: number;
}

/** What a cordon would do to a worker, before it is asked for. */
export function cordonSentence({ total_active: runs, sensor_processes_running: sensors }: Held) {
  const ending =
    runs === 0 ? 'It runs nothing now.' : `${counted(runs, 'run')} may still end here.`;
  const moving =
    sensors === 0
      ? ''
      : ` ${counted(sensors, 'sensor')} ${sensors === 1 ? 'moves' : 'move'} to another worker; without one, ${sensors === 1 ? 'it stops' : 'they stop'}.`;
  return `It takes nothing new until somebody uncordons it, not even after a restart under the same name. ${ending}${moving}`;
}

interface WorkerState {
  readonly health_state: string;
  readonly heartbeat_age_seconds: number | null;
  readonly stopped_at: string | null;
  readonly cordon_reason: string | null;
  readonly paused_reason: string | null;
  readonly load: { readonly total_active: number };
}

export interface WorkerWarning {
  readonly tone: 'alarm' | 'warning';
  readonly text: string;
  /** Whether its runs are worth a look. */
  readonly hasRuns: boolean;
}

/** What is wrong with a worker, and what becomes of its runs; null when nothing is, or when it was stopped in order. */
export function workerWarning(worker: WorkerState): WorkerWarning | null {
  const { health_state: health, heartbeat_age_seconds: age, load } = worker;
  const silent = age === null ? 'for an unknown time' : `for ${formatSeconds(age)}`;
  const runs = load.total_active;
  const hasRuns = runs > 0;
  switch (health) {
    case 'offline':
      return worker.stopped_at !== null
        ? null
        : {
            tone: hasRuns ? 'alarm' : 'warning',
            text: `Lost: it has given no sign of life ${silent} and never said that it stopped.${
              hasRuns
                ? ` ${counted(runs, 'run')} of it ${runs === 1 ? 'is' : 'are'} about to be settled.`
                : ' Its runs were tried again or ended as abandoned.'
            }`,
            hasRuns: true,
          };
    case 'inactive':
      return {
        tone: 'warning',
        text: `No sign of life ${silent}. ${hasRuns ? `If none comes, its ${counted(runs, 'run')} will be taken from it.` : 'It runs nothing.'}`,
        hasRuns,
      };
    case 'cordoned':
      return {
        tone: 'warning',
        text: `Takes no more runs${worker.cordon_reason === null ? '' : `: ${worker.cordon_reason}`}. ${
          hasRuns ? `${counted(runs, 'run')} may still end here.` : 'It runs nothing.'
        }`,
        hasRuns,
      };
    case 'error':
      return {
        tone: 'alarm',
        text: worker.paused_reason ?? 'It reports an error; its log says which.',
        hasRuns,
      };
    default:
      return null;
  }
}
