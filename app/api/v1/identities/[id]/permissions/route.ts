import { listIdentityPermissions as operation } from '#lib/contracts/identities.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { listIdentityPermissions } from '#server/identities/directory.ts';

export const GET = route(operation, ({ actor, params }) =>
  listIdentityPermissions(actor, params.id),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(operation);
