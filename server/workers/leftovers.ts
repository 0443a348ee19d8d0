import { hostname } from 'node:os';
import { recordAudit } from '#server/audit/record.ts';
import { sql } from '#server/db/sql.ts';

/** Records that a worker ended and removed what others, which had died, had left behind on its machine. */
export const recordLeftovers = (left: {
  readonly directories: number;
  readonly processes: number;
}): Promise<void> =>
  recordAudit(sql, {
    category: 'execution',
    eventType: 'worker.leftovers_ended',
    outcome: 'success',
    actor: { id: null, login: `worker on ${hostname()}`, kind: 'system', address: null },
    resource: { type: 'worker' },
    details: left,
  });
