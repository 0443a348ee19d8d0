import {
  createIntegrationToken,
  listIntegrationTokens,
} from '#lib/contracts/integration-tokens.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { createApiToken, listApiTokens } from '#server/identities/api-tokens.ts';

export const GET = route(listIntegrationTokens, async ({ actor, params }) => ({
  data: await listApiTokens(actor, params.id),
}));

export const POST = route(createIntegrationToken, async ({ actor, params, body }) => ({
  data: await createApiToken(actor, params.id, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(
  listIntegrationTokens,
  createIntegrationToken,
);
