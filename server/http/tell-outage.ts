import { setTimeout as delay } from 'node:timers/promises';
import { asOutage } from '#server/db/outage.ts';
import { sql } from '#server/db/sql.ts';
import { AppError } from '#lib/errors.ts';
import type { ServerSentEvent } from './sse.ts';

const LOOK_MS = 1_000;

/**
 * Keeps a stream open while the database is away, and tells its reader so with the event `outage`. A browser takes an
 * error for a last word and would not come back; one whose stream just ends comes back by itself and says what it
 * saw last. Returns at once when the error is another one.
 */
export async function tellOutage(
  error: unknown,
  write: (event: ServerSentEvent) => void,
  signal: AbortSignal,
): Promise<void> {
  const outage = error instanceof AppError ? error : asOutage(error);
  if (outage?.code !== 'RETRYABLE_DATABASE_ERROR') return;
  write({ event: 'outage', data: { message: outage.message, details: outage.details } });
  while (!signal.aborted) {
    await delay(LOOK_MS, undefined, { signal }).catch(() => undefined);
    if (await isBack()) return;
  }
}

const isBack = (): Promise<boolean> =>
  sql.query('select 1').then(
    () => true,
    () => false,
  );
