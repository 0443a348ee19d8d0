import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { EventCreate } from '#lib/contracts/events.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { findUnstorable } from '#lib/domain/json-safety.ts';
import { AppError } from '#lib/errors.ts';
import type { SensorActor } from '#server/auth/actor.ts';
import { ProcessTokenRefused } from '#server/auth/process-token.ts';
import { createEvent } from '#server/events/service.ts';
import { log } from '#server/log.ts';

const TRIES_MAX = 10;
const RETRY_MS = 1_000;

/**
 * Makes an event of what a sensor printed. Passing trouble is waited out, and the sensor with it.
 *
 * @returns null, or the sentence that says why there is none
 */
export async function emitLine(actor: SensorActor, value: JsonObject): Promise<string | null> {
  const unstorable = findUnstorable(value);
  if (unstorable !== null)
    return `The event was refused: '${unstorable.path}' ${unstorable.reason}.`;
  const parsed = EventCreate.safeParse(value);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.')}: ${message}`,
    );
    return `The event was refused: ${problems.join('; ')}.`;
  }
  // Nobody can print a line again, so we do: a key of its own makes a second try harmless.
  const event = { ...parsed.data, dedupe_key: parsed.data.dedupe_key ?? `printed:${randomUUID()}` };
  for (let tries = 1; ; tries++) {
    try {
      await createEvent(actor, event);
      return null;
    } catch (error) {
      const retryInMs = tries < TRIES_MAX ? retryDelayMs(error) : null;
      if (retryInMs === null) return explain(error);
      await wait(retryInMs);
    }
  }
}

/** Null for what will not be otherwise the next time. */
function retryDelayMs(error: unknown): number | null {
  if (error instanceof ProcessTokenRefused) return null;
  if (!(error instanceof AppError)) return RETRY_MS;
  const isPassing = error.code === 'RETRYABLE_DATABASE_ERROR' || error.code === 'TOO_MANY_REQUESTS';
  return isPassing ? (error.retryAfterSeconds ?? 1) * 1_000 : null;
}

function explain(error: unknown): string {
  if (error instanceof AppError) return `The event was refused: ${error.message}`;
  if (error instanceof ProcessTokenRefused)
    return `The event was refused: the token of the sensor has ended (${error.reason}).`;
  log.error({ err: error }, 'an event that a sensor printed could not be stored');
  return 'The event could not be stored: the platform has a problem, which its log describes.';
}
