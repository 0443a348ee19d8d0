import { refresh } from '#lib/contracts/auth.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { refreshTokens } from '#server/identities/service.ts';

export const POST = route(refresh, async ({ body }) => ({
  data: await refreshTokens(body.refresh_token),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(refresh);
