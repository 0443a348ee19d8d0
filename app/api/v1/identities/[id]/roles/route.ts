import { createIdentityRole } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { assignRole } from '#server/identities/assignments.ts';

export const POST = route(createIdentityRole, async ({ actor, params, body }) => ({
  data: await assignRole(actor, params.id, body.role),
}));

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(createIdentityRole);
