import { createPermissionSetRole } from '#lib/contracts/permissions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { addRoleToSet } from '#server/identities/permission-sets.ts';

export const POST = route(createPermissionSetRole, async ({ actor, params, body }) => ({
  data: await addRoleToSet(actor, params.id, body.role),
}));

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(createPermissionSetRole);
