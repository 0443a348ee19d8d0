import { log } from '#server/log.ts';
import { recordLeftovers } from '#server/workers/leftovers.ts';
import { sweepLeftovers } from '../host/sweep-leftovers.ts';

/** Ends and removes what dead workers left in a data directory, and records it for whoever looks for them. */
export async function endLeftovers(dataDir: string): Promise<void> {
  const left = await sweepLeftovers(dataDir);
  if (left.directories + left.processes === 0) return;
  log.warn({ ...left }, 'what workers that died had left behind was ended and removed');
  await recordLeftovers({ ...left });
}
