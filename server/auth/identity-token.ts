import { verifyAccessToken } from './access-token.ts';
import type { IdentityActor } from './actor.ts';
import { isApiToken, verifyApiToken } from './api-token.ts';

/**
 * Who shows a token of a person or an integration: an access token, or an API token wherever one is taken.
 *
 * @throws AppError `UNAUTHORIZED`
 */
export const verifyIdentityToken = (
  value: string,
  address: string | null,
): Promise<IdentityActor> =>
  isApiToken(value) ? verifyApiToken(value, address) : verifyAccessToken(value, address);
