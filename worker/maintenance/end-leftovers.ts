import { hostname } from 'node:os';
import { recordAudit } from '#server/audit/record.ts';
import { sql } from '#server/db/sql.ts';
import { log } from '#server/log.ts';
import { sweepLeftovers } from '../host/sweep-leftovers.ts';

/** Ends and removes what dead workers left in a data directory, and records it for whoever looks for them. */
export async function endLeftovers(dataDir: string): Promise<void> {
  const left = await sweepLeftovers(dataDir);
  if (left.directories + left.processes === 0) return;
  log.warn({ ...left }, 'what workers that died had left behind was ended and removed');
  await recordAudit(sql, {
    category: 'execution',
    eventType: 'worker.leftovers_ended',
    outcome: 'success',
    actor: { id: null, login: `worker on ${hostname()}`, kind: 'system', address: null },
    resource: { type: 'worker' },
    details: { ...left },
  });
}
