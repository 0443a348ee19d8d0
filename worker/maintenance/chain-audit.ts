import { setTimeout as delay } from 'node:timers/promises';
import { CHAIN_BATCH_ROWS, chainAudit } from '#server/audit/chain.ts';
import { log } from '#server/log.ts';

/** A row is linked within 5 s of its commit; half of that is left for a busy database. */
const LOOK_MS = 1_000;

/**
 * Links what the audit has got, until `signal`. A loop of its own: nothing else that is looked after may make the chain
 * wait. Every worker runs it, and one at a time links.
 */
export async function keepAuditChained(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const linked = await chainAudit().catch((error: unknown) => {
      log.warn({ err: error }, 'audit rows could not be linked');
      return 0;
    });
    if (linked < CHAIN_BATCH_ROWS) await delay(LOOK_MS, undefined, { signal }).catch(() => null);
  }
}
