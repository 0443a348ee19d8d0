import { deletePermissionAssignment } from '#lib/contracts/permissions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { unassignSet } from '#server/identities/assignments.ts';

export const DELETE = route(deletePermissionAssignment, async ({ actor, params }) => ({
  data: await unassignSet(actor, params.id),
}));

export const { OPTIONS, HEAD, GET, POST, PUT, PATCH } = otherMethods(deletePermissionAssignment);
