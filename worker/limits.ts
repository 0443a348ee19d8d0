import { LIMIT_NAMES, type LimitName, type ResourceLimits } from '#lib/domain/resource-limits.ts';
import { config } from '#server/config.ts';

/** What a run may use when its action does not say; 0 is no limit. */
export const limitsOfRuns = (): Readonly<Record<LimitName, number>> => ({
  cpu_seconds: config().LIMIT_CPU_SECONDS,
  memory_mb: config().LIMIT_MEMORY_MB,
  processes: config().LIMIT_PROCESSES,
  open_files: config().LIMIT_OPEN_FILES,
  file_size_mb: config().LIMIT_FILE_SIZE_MB,
  disk_mb: config().LIMIT_DISK_MB,
});

/** What a sensor may use: the same, but for the processor's time, which adds up for as long as there are rules. */
export function limitsOfSensors(): ResourceLimits {
  const limits = limitsOfRuns();
  const names = LIMIT_NAMES.filter((name) => name !== 'cpu_seconds' && limits[name] > 0);
  return Object.fromEntries(names.map((name) => [name, limits[name]]));
}
