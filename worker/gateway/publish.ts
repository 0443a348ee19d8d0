import { createEvent as operation, EventCreate } from '#lib/contracts/events.ts';
import { findUnstorable } from '#lib/domain/json-safety.ts';
import { AppError, type ErrorCode } from '#lib/errors.ts';
import { ProcessTokenRefused } from '#server/auth/process-token.ts';
import { createEvent } from '#server/events/service.ts';
import { countCall } from '#server/http/token-calls.ts';
import { log } from '#server/log.ts';
import type { Caller } from './authenticate.ts';
import { EXCHANGE, type Publish } from './messages.ts';

export type PublishAnswer =
  | { readonly type: 'ack'; readonly id: Publish['id']; readonly event_id: number }
  | PublishError;

export interface PublishError {
  readonly type: 'error';
  readonly id: Publish['id'];
  readonly message: string;
  readonly code: ErrorCode;
  /** Present when the same may work later: nothing was stored. */
  readonly retry_after_seconds?: number;
}

/** Stores a published event; an acknowledgement means what a 2xx of the API means. */
export async function publish({ actor }: Caller, message: Publish): Promise<PublishAnswer> {
  try {
    const { id } = await createEvent(actor, readEvent(message));
    countCall(operation, actor, operation.status, null);
    return { type: 'ack', id: message.id, event_id: id };
  } catch (error) {
    const answer = explain(message.id, error);
    const reason = error instanceof ProcessTokenRefused ? error.reason : null;
    countCall(
      operation,
      actor,
      error instanceof AppError ? error.status : reason === null ? 500 : 401,
      reason,
    );
    return answer;
  }
}

function readEvent({ exchange, event }: Publish): EventCreate {
  if (exchange !== EXCHANGE) {
    throw new AppError(
      'NOT_FOUND',
      `There is no exchange '${exchange}'. Events are published to '${EXCHANGE}'.`,
    );
  }
  const unstorable = findUnstorable(event);
  if (unstorable !== null) {
    throw new AppError(
      'VALIDATION_ERROR',
      `The event cannot be stored: '${unstorable.path}' ${unstorable.reason}.`,
    );
  }
  const parsed = EventCreate.safeParse(event);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${['event', ...path].join('.')}: ${message}`,
  );
  throw new AppError('VALIDATION_ERROR', `The event does not fit: ${problems.join('; ')}.`);
}

function explain(id: Publish['id'], error: unknown): PublishError {
  if (error instanceof AppError) {
    const { message, code, retryAfterSeconds } = error;
    return {
      type: 'error',
      id,
      message,
      code,
      ...(retryAfterSeconds !== undefined && { retry_after_seconds: retryAfterSeconds }),
    };
  }
  if (error instanceof ProcessTokenRefused)
    return { type: 'error', id, message: error.message, code: 'UNAUTHORIZED' };
  log.error({ err: error }, 'a published event could not be stored');
  // Whether it was stored is not known: with a dedupe_key the same event can be sent again without harm.
  const message = 'The event could not be stored. Send it again later.';
  return { type: 'error', id, message, code: 'INTERNAL_SERVER_ERROR', retry_after_seconds: 1 };
}
