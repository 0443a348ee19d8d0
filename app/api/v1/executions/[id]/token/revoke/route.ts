import { revokeExecutionToken } from '#lib/contracts/executions.ts';
import { revokeToken } from '#server/executions/revoke-token.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { getTokenStatus } from '#server/tokens/service.ts';

export const POST = route(revokeExecutionToken, async ({ actor, params, body }) => {
  await revokeToken(actor, params.id, body?.reason);
  return { data: await getTokenStatus(actor, params.id) };
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(revokeExecutionToken);
