import { deletePermissionSetRole } from '#lib/contracts/permissions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { removeRoleFromSet } from '#server/identities/permission-sets.ts';

export const DELETE = route(deletePermissionSetRole, async ({ actor, params }) => ({
  data: await removeRoleFromSet(actor, params.id),
}));

export const { OPTIONS, HEAD, GET, POST, PUT, PATCH } = otherMethods(deletePermissionSetRole);
