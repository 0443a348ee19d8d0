import { registerPack } from '#lib/contracts/packs.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as packs from '#server/packs/service.ts';

export const POST = route(registerPack, async ({ actor, body }) => ({
  data: await packs.registerPack(actor, body),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(registerPack);
