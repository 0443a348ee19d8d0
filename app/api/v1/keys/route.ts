import { createKey, listKeys } from '#lib/contracts/keys.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as keys from '#server/secrets/service.ts';

export const GET = route(listKeys, ({ actor, query }) => keys.listKeys(actor, query));

export const POST = route(createKey, async ({ actor, body }) => ({
  data: await keys.createKey(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listKeys, createKey);
