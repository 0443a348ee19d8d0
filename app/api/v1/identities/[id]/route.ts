import { deleteIdentity, getIdentity, updateIdentity } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as directory from '#server/identities/directory.ts';

export const GET = route(getIdentity, async ({ actor, params }) => ({
  data: await directory.getIdentity(actor, params.id),
}));

export const PUT = route(updateIdentity, async ({ actor, params, body }) => ({
  data: await directory.updateIdentity(actor, params.id, body),
}));

export const DELETE = route(deleteIdentity, async ({ actor, params }) => ({
  data: await directory.deleteIdentity(actor, params.id),
}));

export const { OPTIONS, POST, PATCH } = otherMethods(getIdentity, updateIdentity, deleteIdentity);
