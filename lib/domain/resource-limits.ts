/** What a run may use at most. What an action does not say is as the worker's settings have it. */
export const LIMIT_NAMES = [
  'cpu_seconds',
  'memory_mb',
  'processes',
  'open_files',
  'file_size_mb',
  'disk_mb',
] as const;

export type LimitName = (typeof LIMIT_NAMES)[number];

/** Whole numbers from 1; what is absent is not limited. `open_files` and `file_size_mb` count for each process, the rest for the run. */
export type ResourceLimits = Readonly<Partial<Record<LimitName, number | undefined>>>;

/**
 * What holds a limit:
 * - `cgroup`: the kernel counts all processes of the run together
 * - `rlimit`: the kernel refuses more to each process, or to the user id that only this run has
 * - `tmpfs`: a file system in memory of that size
 * - `sampled`: the process host looks several times a second and ends the run
 */
export const LIMIT_MECHANISMS = ['cgroup', 'rlimit', 'tmpfs', 'sampled'] as const;
export type LimitMechanism = (typeof LIMIT_MECHANISMS)[number];

/** By what each limit is held; what is absent cannot be held here. */
export type LimitMechanisms = Readonly<Partial<Record<LimitName, readonly LimitMechanism[]>>>;

/** Larger numbers are a mistake, and not all of them fit into what the kernel takes. */
export const LIMIT_MAX = 1_000_000_000;

/** `end_reason` of a run that hit a limit: `limit_memory`. */
export const endReasonOf = (name: LimitName): string =>
  `limit_${name.replace(/_(?:seconds|mb)$/, '')}`;

/** Defaults of the worker below what the action says; 0 is no limit. */
export function resolveLimits(
  declared: unknown,
  defaults: Readonly<Record<LimitName, number>>,
): Readonly<Partial<Record<LimitName, number>>> {
  const own = readLimits(declared);
  return Object.fromEntries(
    LIMIT_NAMES.map((name) => [name, own[name] ?? defaults[name]] as const).filter(
      ([, value]) => value > 0,
    ),
  );
}

/** Of what was stored; what does not fit is as if it were not there. */
export function readLimits(stored: unknown): ResourceLimits {
  if (typeof stored !== 'object' || stored === null) return {};
  const entries = LIMIT_NAMES.map((name) => [name, Reflect.get(stored, name)] as const);
  return Object.fromEntries(entries.filter(([, value]) => isLimit(value)));
}

export const isLimit = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LIMIT_MAX;

/** What happened, for people, with the name to raise it by. */
export function limitError(name: LimitName, value: number): string {
  return `${HITS[name](value)} (limits.${name})`;
}

/** The same of a sensor, which is held to what the settings of its worker say. */
export const sensorLimitError = (name: LimitName, value: number): string =>
  `${HITS[name](value)} (LIMIT_${name.toUpperCase()} of its worker)`;

const HITS: Readonly<Record<LimitName, (value: number) => string>> = {
  cpu_seconds: (value) => `It used more than ${value} s of processor time`,
  memory_mb: (value) => `It used more than ${value} MB of memory`,
  processes: (value) => `It had more than ${value} processes and threads at once`,
  open_files: (value) => `A process of it had ${value} files open, as many as it may`,
  file_size_mb: (value) => `It wrote a file larger than ${value} MB`,
  disk_mb: (value) => `Its files took more than ${value} MB`,
};

interface FailedExit {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stderr: string;
}

/** What the kernel does and programs say when it refuses more. Shells report the signal of a child as 128 + n. */
const TRACES: readonly {
  readonly name: LimitName;
  readonly signal?: string;
  readonly exitCode?: number;
  readonly words?: RegExp;
}[] = [
  { name: 'cpu_seconds', signal: 'SIGXCPU', exitCode: 152 },
  { name: 'file_size_mb', signal: 'SIGXFSZ', exitCode: 153, words: /File too large|EFBIG/i },
  { name: 'open_files', words: /Too many open files|EMFILE/i },
  { name: 'processes', words: /fork: (?:retry: )?Resource temporarily unavailable|Cannot fork/i },
];

/** The limit behind a failure that the run itself ended with; null when nothing points to one. */
export function limitBehind(exit: FailedExit, limits: ResourceLimits): LimitName | null {
  if (exit.exitCode === 0) return null;
  const trace = TRACES.find(
    ({ name, signal, exitCode, words }) =>
      limits[name] !== undefined &&
      ((signal !== undefined && signal === exit.signal) ||
        (exitCode !== undefined && exitCode === exit.exitCode) ||
        words?.test(exit.stderr) === true),
  );
  return trace?.name ?? null;
}
