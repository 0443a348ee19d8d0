import { revealKey } from '#lib/contracts/keys.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as keys from '#server/secrets/service.ts';

export const POST = route(revealKey, async ({ actor, params, body }) => ({
  data: await keys.revealKey(actor, params.ref, body.reason),
}));

export const { OPTIONS, GET, HEAD, PUT, PATCH, DELETE } = otherMethods(revealKey);
