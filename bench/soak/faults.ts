import { setTimeout as delay } from 'node:timers/promises';
import { sql } from '#server/db/sql.ts';
import { shuffled } from './options.ts';
import {
  below,
  isHost,
  isPostmaster,
  isWeb,
  isWorker,
  listProcesses,
  type ProcessRow,
  signal,
} from '../../e2e/processes.ts';

/** Something that was done to the product. */
export interface Fault {
  readonly kind: FaultKind;
  readonly at: Date;
  /** The rows of the workers that it took away, if it did. */
  readonly workerIds: readonly number[];
}

const KINDS = [
  'kill a worker',
  'kill a process host',
  'pause a worker',
  'kill web',
  'restart Postgres, fast',
  'restart Postgres, immediate',
  'stop a worker',
] as const;
export type FaultKind = (typeof KINDS)[number];

/** Deaths after which the executions must leave `running` within 30 s. */
export const DEATHS: readonly FaultKind[] = [
  'kill a worker',
  'kill a process host',
  'pause a worker',
];

export interface Target {
  /** Where the processes of the product hang, now. */
  readonly roots: () => readonly number[];
  readonly random: () => number;
}

const PAUSE_SECONDS_MIN = 30;
const PAUSE_SECONDS_MORE = 10;

/** Does one fault after the other, each kind once before any comes again. */
export class Faults {
  readonly done: Fault[] = [];
  readonly #target: Target;
  #next: FaultKind[] = [];
  #paused = new Map<number, Promise<void>>();
  /** Until when processes may rightly live on that a paused worker cannot end. */
  quietFrom = 0;

  constructor(target: Target) {
    this.#target = target;
  }

  async inject(): Promise<string> {
    if (this.#next.length === 0) this.#next = shuffled(KINDS, this.#target.random);
    const kind = this.#next.shift() ?? 'kill a worker';
    const victim = this.#victimOf(kind);
    if (victim === null) return `${kind}: there is none now`;
    const workerIds = await workerRowsOf(kind, victim);
    this.done.push({ kind, at: new Date(), workerIds });
    const words = this.#hit(kind, victim.pid);
    return `${kind}: process ${victim.pid}${workerIds.length > 0 ? ` (worker ${workerIds.join(', ')})` : ''}${words}`;
  }

  /** Every paused process goes on. */
  async settle(): Promise<void> {
    for (const pid of this.#paused.keys()) signal(pid, 'SIGCONT');
    await Promise.all(this.#paused.values());
  }

  #victimOf(kind: FaultKind): ProcessRow | null {
    const ours = below(this.#target.roots(), listProcesses());
    const is = {
      'kill a worker': isWorker,
      'kill a process host': isHost,
      'pause a worker': isWorker,
      'kill web': isWeb,
      'restart Postgres, fast': isPostmaster,
      'restart Postgres, immediate': isPostmaster,
      'stop a worker': isWorker,
    }[kind];
    const candidates = ours.filter((row) => is(row) && !this.#paused.has(row.pid));
    return candidates[Math.floor(this.#target.random() * candidates.length)] ?? null;
  }

  #hit(kind: FaultKind, pid: number): string {
    switch (kind) {
      case 'kill a worker':
      case 'kill a process host':
      case 'kill web':
        signal(pid, 'SIGKILL');
        return '';
      case 'restart Postgres, fast':
        signal(pid, 'SIGINT');
        return '';
      case 'restart Postgres, immediate':
        signal(pid, 'SIGQUIT');
        return '';
      case 'stop a worker':
        signal(pid, 'SIGTERM');
        return '';
      case 'pause a worker': {
        const seconds = PAUSE_SECONDS_MIN + this.#target.random() * PAUSE_SECONDS_MORE;
        this.#pause(pid, seconds);
        return ` for ${seconds.toFixed(0)} s`;
      }
    }
  }

  #pause(pid: number, seconds: number): void {
    signal(pid, 'SIGSTOP');
    this.quietFrom = Date.now() + (seconds + 20) * 1000;
    this.#paused.set(pid, this.#wake(pid, seconds));
  }

  async #wake(pid: number, seconds: number): Promise<void> {
    await delay(seconds * 1000);
    signal(pid, 'SIGCONT');
    this.#paused.delete(pid);
  }
}

async function workerRowsOf(kind: FaultKind, { pid, parent }: ProcessRow): Promise<number[]> {
  if (!/worker|host/.test(kind)) return [];
  const all = listProcesses();
  const line: number[] = [];
  for (let at: number | undefined = pid; at !== undefined && at > 1 && line.length < 10;) {
    line.push(at);
    const here: number = at;
    at = here === pid ? parent : all.find((row) => row.pid === here)?.parent;
  }
  const rows = await sql.query<{ id: number }>(
    `select id from worker where pid = any ($1) and stopped_at is null order by id desc limit 1`,
    [line],
  );
  return rows.map(({ id }) => id);
}
