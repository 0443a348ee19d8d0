import { createPermissionSet, listPermissionSets } from '#lib/contracts/permissions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sets from '#server/identities/permission-sets.ts';

export const GET = route(listPermissionSets, ({ actor, query }) =>
  sets.listPermissionSets(actor, query.pack_ref ?? null),
);

export const POST = route(createPermissionSet, async ({ actor, body }) => ({
  data: await sets.createPermissionSet(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(
  listPermissionSets,
  createPermissionSet,
);
