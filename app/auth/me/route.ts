import { getCurrentUser, updateCurrentUser } from '#lib/contracts/auth.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as identities from '#server/identities/service.ts';

export const GET = route(getCurrentUser, async ({ actor }) => ({
  data: await identities.getCurrentUser(actor),
}));

export const PUT = route(updateCurrentUser, async ({ actor, body }) => ({
  data: await identities.updateCurrentUser(actor, body.display_name),
}));

export const { OPTIONS, POST, PATCH, DELETE } = otherMethods(getCurrentUser, updateCurrentUser);
