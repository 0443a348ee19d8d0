import { createIdentity, listIdentities } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as directory from '#server/identities/directory.ts';

export const GET = route(listIdentities, ({ actor, query }) =>
  directory.listIdentities(actor, query),
);

export const POST = route(createIdentity, async ({ actor, body }) => ({
  data: await directory.createIdentity(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listIdentities, createIdentity);
