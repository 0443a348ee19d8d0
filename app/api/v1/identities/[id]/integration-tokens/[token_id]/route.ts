import { deleteIntegrationToken } from '#lib/contracts/integration-tokens.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { deleteApiToken } from '#server/identities/api-tokens.ts';

export const DELETE = route(deleteIntegrationToken, async ({ actor, params }) => ({
  data: await deleteApiToken(actor, params.id, params.token_id),
}));

export const { OPTIONS, HEAD, GET, POST, PUT, PATCH } = otherMethods(deleteIntegrationToken);
