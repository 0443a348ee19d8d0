import { deleteIdentityRole } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { unassignRole } from '#server/identities/assignments.ts';

export const DELETE = route(deleteIdentityRole, async ({ actor, params }) => ({
  data: await unassignRole(actor, params.id),
}));

export const { OPTIONS, HEAD, GET, POST, PUT, PATCH } = otherMethods(deleteIdentityRole);
