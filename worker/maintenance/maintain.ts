import { setTimeout as delay } from 'node:timers/promises';
import { sweep } from '#server/executions/sweep.ts';
import { log } from '#server/log.ts';
import { OldPackCopies } from '#server/packs/old-copies.ts';
import { applyRetention } from '#server/retention/retention.ts';
import { endLeftovers } from './end-leftovers.ts';

const SWEEP_MS = 2_000;
const RETENTION_MS = 10 * 60_000;

interface Maintenance {
  /** Shared by the workers of a machine. */
  readonly dataDir: string;
  readonly signal: AbortSignal;
}

/** Looks after the rows of all workers, and after what dead ones left in the data directory, until `signal`. */
export async function maintain({ dataDir, signal }: Maintenance): Promise<void> {
  const oldPackCopies = new OldPackCopies();
  let retaining: Promise<unknown> | undefined;
  let retainAt = performance.now() + 60_000;
  while (!signal.aborted) {
    try {
      const { lost, overdue, late, rung } = await sweep();
      if (lost > 0) log.warn({ lost }, 'attempts of lost workers were ended');
      if (overdue > 0) log.error({ overdue }, 'attempts far beyond their time-out were ended');
      if (late > 0) log.info({ late }, 'executions had waited too long and were ended');
      if (rung > 0) log.warn({ rung }, 'executions had waited without a bell');
      if (performance.now() >= retainAt) {
        retainAt = performance.now() + RETENTION_MS;
        // Beside the sweep, which must not wait for it.
        retaining ??= clearUp({ dataDir, signal }, oldPackCopies)
          .catch((error: unknown) => log.warn({ err: error }, 'maintenance could not be done'))
          .finally(() => (retaining = undefined));
      }
    } catch (error) {
      log.warn({ err: error }, 'maintenance could not be done');
    }
    await delay(SWEEP_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** A worker of another container is known to be gone only by its silence, which the next start may come too early for. */
async function clearUp(
  { dataDir, signal }: Maintenance,
  oldPackCopies: OldPackCopies,
): Promise<void> {
  await endLeftovers(dataDir);
  await applyRetention(signal);
  await oldPackCopies.remove(new Date());
}
