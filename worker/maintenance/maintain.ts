import { setTimeout as delay } from 'node:timers/promises';
import { sweep } from '#server/executions/sweep.ts';
import { log } from '#server/log.ts';
import { applyRetention } from '#server/retention/retention.ts';

const SWEEP_MS = 2_000;
const RETENTION_MS = 10 * 60_000;

/** Looks after the rows of all workers until `signal`. */
export async function maintain(signal: AbortSignal): Promise<void> {
  let retaining: Promise<unknown> | undefined;
  let retainAt = Date.now() + 60_000;
  while (!signal.aborted) {
    try {
      const { lost, overdue, late, rung } = await sweep();
      if (lost > 0) log.warn({ lost }, 'attempts of lost workers were ended');
      if (overdue > 0) log.error({ overdue }, 'attempts far beyond their time-out were ended');
      if (late > 0) log.info({ late }, 'executions had waited too long and were ended');
      if (rung > 0) log.warn({ rung }, 'executions had waited without a bell');
      if (Date.now() >= retainAt) {
        retainAt = Date.now() + RETENTION_MS;
        // Beside the sweep, which must not wait for it.
        retaining ??= applyRetention(signal)
          .catch((error: unknown) => log.warn({ err: error }, 'maintenance could not be done'))
          .finally(() => (retaining = undefined));
      }
    } catch (error) {
      log.warn({ err: error }, 'maintenance could not be done');
    }
    await delay(SWEEP_MS, undefined, { signal }).catch(() => undefined);
  }
}
