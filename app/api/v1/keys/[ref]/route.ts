import { deleteKey, getKey, updateKey } from '#lib/contracts/keys.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as keys from '#server/secrets/service.ts';

export const GET = route(getKey, async ({ actor, params }) => ({
  data: await keys.getKey(actor, params.ref),
}));

export const PUT = route(updateKey, async ({ actor, params, body }) => ({
  data: await keys.updateKey(actor, params.ref, body),
}));

export const DELETE = route(deleteKey, ({ actor, params }) => keys.deleteKey(actor, params.ref));

export const { OPTIONS, POST, PATCH } = otherMethods(getKey, updateKey, deleteKey);
