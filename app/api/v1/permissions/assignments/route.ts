import { createPermissionAssignment } from '#lib/contracts/permissions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { assignSet } from '#server/identities/assignments.ts';

export const POST = route(createPermissionAssignment, async ({ actor, body }) => ({
  data: await assignSet(actor, body),
}));

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(createPermissionAssignment);
