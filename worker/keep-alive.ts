import { log } from '#server/log.ts';
import { recordSignOfLife, recordStop } from '#server/workers/registration.ts';
import type { Slots } from './slots.ts';

const HEARTBEAT_MS = 5_000;

/** Says every 5 s that this worker lives and how much it runs; disposing says that it has stopped. */
export function keepAlive(workerId: number, slots: Slots, gatewayUrl: string): AsyncDisposable {
  const tick = () => {
    const status = slots.free === 0 ? 'busy' : 'active';
    recordSignOfLife(workerId, { status, running: slots.used, gatewayUrl }).catch(
      (error: unknown) => log.warn({ err: error }, 'the sign of life could not be written'),
    );
  };
  tick();
  const timer = setInterval(tick, HEARTBEAT_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await recordStop(workerId);
    },
  };
}
