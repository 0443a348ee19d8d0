import { revokeIntegrationToken } from '#lib/contracts/integration-tokens.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { revokeApiToken } from '#server/identities/api-tokens.ts';

export const POST = route(revokeIntegrationToken, async ({ actor, params, body }) => ({
  data: await revokeApiToken(actor, params.id, params.token_id, body?.reason ?? null),
}));

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(revokeIntegrationToken);
