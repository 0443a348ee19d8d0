import { freezeIdentity as operation } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { freezeIdentity } from '#server/identities/freeze.ts';

export const POST = route(operation, async ({ actor, params }) => ({
  data: await freezeIdentity(actor, params.id),
}));

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(operation);
