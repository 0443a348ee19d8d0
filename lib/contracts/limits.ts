import { z } from 'zod';
import { LIMIT_MAX } from '#lib/domain/resource-limits.ts';

const Limit = (description: string) => z.int().min(1).max(LIMIT_MAX).describe(description);

/** What a run may use at most; what is left out is as the worker's settings have it. */
export const Limits = z
  .strictObject({
    cpu_seconds: Limit('Processor time of all processes together.'),
    memory_mb: Limit('Resident memory of all processes together.'),
    processes: Limit('Processes and threads at once.'),
    open_files: Limit('Open files of each process.'),
    file_size_mb: Limit('The largest file that a process may write.'),
    disk_mb: Limit('Files in its home and, in a sandbox, in /tmp.'),
  })
  .partial()
  .meta({ id: 'Limits' });
