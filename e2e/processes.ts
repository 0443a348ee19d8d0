import { readdirSync, readFileSync } from 'node:fs';

export interface ProcessRow {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
  /** Without shared memory, which Postgres' processes would all count again. */
  readonly rssMegabytes: number;
}

/** Every process of this machine that can be read. */
export const listProcesses = (): ProcessRow[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        const status = readFileSync(`/proc/${name}/status`, 'utf8');
        if (/^State:\s+Z/m.test(status)) return [];
        return [
          {
            pid: Number(name),
            parent: Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]),
            command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim(),
            rssMegabytes: (kilobytes(status, 'RssAnon') + kilobytes(status, 'RssFile')) / 1024,
          },
        ];
      } catch {
        return []; // it ended while we looked
      }
    });

const kilobytes = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);

/** Those below any of `roots`, the roots included. */
export function below(roots: readonly number[], all: readonly ProcessRow[]): ProcessRow[] {
  const parents = new Map(all.map(({ pid, parent }) => [pid, parent]));
  const isBelow = (pid: number): boolean => {
    for (let at = pid; at > 1; at = parents.get(at) ?? 0) if (roots.includes(at)) return true;
    return false;
  };
  return all.filter(({ pid }) => isBelow(pid));
}

export const isWorker = ({ command }: ProcessRow): boolean =>
  /^\S*node .*worker\/main\.ts/.test(command);
export const isHost = ({ command }: ProcessRow): boolean =>
  /^\S*node .*\/worker\/w-[^/ ]+\/host\//.test(command);
export const isWeb = ({ command }: ProcessRow): boolean =>
  /^next-server|^\S*node .*next\/dist\/bin\/next start/.test(command);
export const isPostmaster = ({ command }: ProcessRow): boolean => /^\S*postgres -D /.test(command);

/** Resident memory by what a process is, in MB. */
export function memoryOf(rows: readonly ProcessRow[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const row of rows) {
    const name = nameOf(row);
    sums[name] = (sums[name] ?? 0) + row.rssMegabytes;
  }
  return Object.fromEntries(
    Object.entries(sums)
      .map(([name, megabytes]): [string, number] => [name, Math.round(megabytes)])
      .toSorted(),
  );
}

function nameOf(row: ProcessRow): string {
  if (isWorker(row)) return 'worker';
  if (isHost(row)) return 'host';
  if (isWeb(row)) return 'web';
  if (/postgres/.test(row.command)) return 'postgres';
  return /cli\.ts/.test(row.command) ? 'launcher' : 'actions';
}

/** Variables that a process was started with; empty for one that is gone. */
export function environmentOf(pid: number): Map<string, string> {
  try {
    return new Map(
      readFileSync(`/proc/${pid}/environ`, 'utf8')
        .split('\0')
        .map((entry): [string, string] => {
          const at = entry.indexOf('=');
          return [entry.slice(0, at), entry.slice(at + 1)];
        }),
    );
  } catch {
    return new Map();
  }
}

/** @returns false when it was gone already */
export function signal(pid: number, name: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, name);
  } catch {
    return false;
  }
}
