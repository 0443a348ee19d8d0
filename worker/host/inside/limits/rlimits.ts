import { readFileSync } from 'node:fs';
import type { ResourceLimits } from '#lib/domain/resource-limits.ts';

const MB = 1024 * 1024;

/** What the kernel calls each limit in /proc/self/limits, and how we ask prlimit(1) for it. */
const RLIMITS = {
  cpu: 'Max cpu time',
  nofile: 'Max open files',
  fsize: 'Max file size',
  nproc: 'Max processes',
  core: 'Max core file size',
} as const;
type Rlimit = keyof typeof RLIMITS;

/** The hard limits that we have ourselves: nobody but root can give more than he has. */
export type HardLimits = Readonly<Record<Rlimit, number>>;

export function readHardLimits(): HardLimits {
  let text = '';
  try {
    text = readFileSync('/proc/self/limits', 'utf8');
  } catch {
    // no /proc: then there is no limit known, and prlimit says so itself
  }
  const hard = (title: string): number => {
    const value = new RegExp(`^${title}\\s+\\S+\\s+(\\S+)`, 'm').exec(text)?.[1];
    return value === undefined || value === 'unlimited' ? Infinity : Number(value);
  };
  return {
    cpu: hard(RLIMITS.cpu),
    nofile: hard(RLIMITS.nofile),
    fsize: hard(RLIMITS.fsize),
    nproc: hard(RLIMITS.nproc),
    core: hard(RLIMITS.core),
  };
}

const CPU_SECONDS_BEYOND = 1;

interface Means {
  readonly prlimit: string | null;
  readonly hard: HardLimits;
}

/**
 * What goes in front of a command, so that it starts with its limits; empty where there are none. Set in the last
 * step before the command, when it has the user id that is counted.
 *
 * @param processesMax how many processes of that user the kernel lets there be; null where it shall not count them
 */
export function rlimitCommand(
  limits: ResourceLimits,
  { prlimit, hard }: Means,
  processesMax: number | null,
): string[] {
  if (prlimit === null) return [];
  const { cpu_seconds: cpu, open_files: files, file_size_mb: size } = limits;
  const options = [
    // Softly first: SIGXCPU names the reason, SIGKILL would not.
    ...option('cpu', hard, cpu && [cpu + CPU_SECONDS_BEYOND, cpu + CPU_SECONDS_BEYOND + 2]),
    ...option('nofile', hard, files && [files, files]),
    ...option('fsize', hard, size && [size * MB, size * MB]),
    ...option('nproc', hard, processesMax === null ? undefined : [processesMax]),
  ];
  // The kernel writes a core into the working directory, or hands it to a program of the machine.
  return options.length === 0 ? [] : [prlimit, '--core=0:0', ...options, '--'];
}

function option(
  name: Rlimit,
  hard: HardLimits,
  wanted: readonly number[] | 0 | undefined,
): string[] {
  if (wanted === undefined || wanted === 0) return [];
  const [soft = 0, most = soft] = wanted.map((value) => Math.min(value, hard[name]));
  return [`--${name}=${soft}:${most}`];
}
