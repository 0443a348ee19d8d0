import { counted, listed } from './part.ts';

interface WorkerFacts {
  readonly name: string;
  readonly health_state: string;
  readonly isolation: { readonly kind: 'bwrap' | 'pid-namespace' | 'none' };
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
    return `${listed(open)} ${open.length === 1 ? 'keeps' : 'keep'} actions apart by process group only. Install bubblewrap there, or run the worker as root.`;
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
