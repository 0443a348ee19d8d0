import { unfreezeIdentity as operation } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { unfreezeIdentity } from '#server/identities/freeze.ts';

export const POST = route(operation, async ({ actor, params }) => ({
  data: await unfreezeIdentity(actor, params.id),
}));

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(operation);
