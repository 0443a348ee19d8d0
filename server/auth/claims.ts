import { AppError } from '#lib/errors.ts';
import { config } from '#server/config.ts';

/** Who signs and who is meant: this deployment, by its public address. */
export const issuer = (): string => config().apiUrl;
export const AUDIENCE = 'attune-api';

export const ACCESS_SECONDS = 3_600;
export const REFRESH_SECONDS = 7 * 24 * 3_600;
export const SENSOR_SECONDS = 24 * 3_600;

/** What is told apart in records, and told to the caller only when the signature was good. */
export type RefusalReason =
  | 'missing'
  | 'malformed'
  | 'bad_signature'
  | 'unknown_key'
  | 'expired'
  | 'execution_ended'
  | 'sensor_stopped'
  | 'revoked'
  | 'frozen'
  | 'session_ended';

/** One answer for every refusal; the reason stands in `details` only for tokens that we did sign. */
export function refused(reason: RefusalReason, { signed }: { signed: boolean }): AppError {
  const message =
    reason === 'missing' ? 'Missing authentication token' : 'Invalid authentication token';
  return new AppError('UNAUTHORIZED', message, signed ? { details: { reason } } : {});
}
