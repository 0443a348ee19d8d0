import { log } from '#server/log.ts';
import { recordSignOfLife, recordStop } from '#server/workers/registration.ts';
import type { DiskGuard } from './disk-guard.ts';
import type { Slots } from './slots.ts';

const HEARTBEAT_MS = 5_000;

interface Alive {
  readonly workerId: number;
  readonly slots: Slots;
  readonly disk: DiskGuard;
  readonly gatewayUrl: string;
}

/**
 * Says every 5 s, and as soon as the disk is nearly full or has room again, that this worker lives, how much it runs,
 * and why it starts nothing; disposing says that it has stopped.
 */
export function keepAlive({ workerId, slots, disk, gatewayUrl }: Alive): AsyncDisposable {
  const tick = () => {
    const busy = slots.free === 0 ? 'busy' : 'active';
    recordSignOfLife(workerId, {
      status: disk.isLow() ? 'error' : busy,
      running: slots.used,
      gatewayUrl,
      pausedReason: disk.reason,
    }).catch((error: unknown) => log.warn({ err: error }, 'the sign of life could not be written'));
  };
  tick();
  const timer = setInterval(tick, HEARTBEAT_MS);
  const stop = disk.onChange(tick);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      stop();
      await recordStop(workerId);
    },
  };
}
