import {
  LIMIT_NAMES,
  type LimitMechanism,
  type LimitMechanisms,
  type LimitName,
  type ResourceLimits,
} from '#lib/domain/resource-limits.ts';
import { listed } from './part.ts';

const LABELS: Readonly<Record<LimitName, string>> = {
  cpu_seconds: 'Processor',
  memory_mb: 'Memory',
  processes: 'Processes',
  open_files: 'Open files',
  file_size_mb: 'File size',
  disk_mb: 'Disk',
};

const UNITS: Readonly<Record<LimitName, string>> = {
  cpu_seconds: ' s',
  memory_mb: ' MB',
  processes: '',
  open_files: ' a process',
  file_size_mb: ' MB a file',
  disk_mb: ' MB',
};

const MECHANISMS: Readonly<Record<LimitMechanism, string>> = {
  cgroup: 'cgroup',
  rlimit: 'rlimit',
  tmpfs: 'size of /tmp',
  sampled: 'sampling',
};

/**
 * Each limit by its label: `512 MB, by cgroup`, or `not limited`.
 *
 * @param mechanisms null while nobody has said what holds them
 */
export const resourceLimitWords = (
  limits: ResourceLimits,
  mechanisms: LimitMechanisms | null,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    LIMIT_NAMES.map((name) => [LABELS[name], wordsFor(name, limits, mechanisms)] as const),
  );

function wordsFor(
  name: LimitName,
  limits: ResourceLimits,
  mechanisms: LimitMechanisms | null,
): string {
  const value = limits[name];
  if (value === undefined) return 'not limited';
  const amount = `${value.toLocaleString('en')}${UNITS[name]}`;
  if (mechanisms === null) return amount;
  const by = mechanisms[name] ?? [];
  if (by.length === 0) return `not limited: nothing on this worker holds ${amount}`;
  return `${amount}, ${byWords(by)}`;
}

/** What a worker limits by what, each mechanism once: `Memory, Disk` → `by sampling`; what it has nothing for is last. */
export function mechanismWords(
  mechanisms: LimitMechanisms,
): readonly { readonly names: string; readonly words: string; readonly isLimited: boolean }[] {
  const groups = Map.groupBy(LIMIT_NAMES, (name) => byWords(mechanisms[name] ?? []));
  return [...groups]
    .map(([words, names]) => ({
      names: names.map((name) => LABELS[name]).join(', '),
      words: words || 'not limited',
      isLimited: words !== '',
    }))
    .toSorted((one, other) => Number(other.isLimited) - Number(one.isLimited));
}

/** Empty when there is none. */
const byWords = (by: readonly LimitMechanism[]): string =>
  by.length === 0 ? '' : `by ${listed(by.map((each) => MECHANISMS[each]))}`;

/** What an action says of itself; null when it says nothing. */
export function declaredLimitWords(limits: ResourceLimits): string | null {
  const said = LIMIT_NAMES.filter((name) => limits[name] !== undefined).map(
    (name) => `${LABELS[name].toLowerCase()} ${wordsFor(name, limits, null)}`,
  );
  return said.length === 0 ? null : said.join(', ');
}
