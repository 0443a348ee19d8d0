import {
  deletePermissionSet,
  getPermissionSet,
  updatePermissionSet,
} from '#lib/contracts/permissions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as sets from '#server/identities/permission-sets.ts';

export const GET = route(getPermissionSet, async ({ actor, params }) => ({
  data: await sets.getPermissionSet(actor, params.id),
}));

export const PUT = route(updatePermissionSet, async ({ actor, params, body }) => ({
  data: await sets.updatePermissionSet(actor, params.id, body),
}));

export const DELETE = route(deletePermissionSet, async ({ actor, params }) => ({
  data: await sets.deletePermissionSet(actor, params.id),
}));

export const { OPTIONS, POST, PATCH } = otherMethods(
  getPermissionSet,
  updatePermissionSet,
  deletePermissionSet,
);
