import { listKeyUses } from '#lib/contracts/keys.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as keys from '#server/secrets/uses.ts';

export const GET = route(listKeyUses, async ({ actor, params }) => ({
  data: await keys.listKeyUses(actor, params.ref),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listKeyUses);
