import { refresh } from '#lib/contracts/auth.ts';
import { route } from '#server/http/route.ts';
import { refreshTokens } from '#server/identities/service.ts';

export const POST = route(refresh, async ({ body }) => ({
  data: await refreshTokens(body.refresh_token),
}));
