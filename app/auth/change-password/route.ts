import { changePassword } from '#lib/contracts/auth.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as identities from '#server/identities/service.ts';

export const POST = route(changePassword, async ({ actor, body }) => {
  await identities.changePassword(actor, body.current_password, body.new_password);
  return { data: { success: true, message: 'The password was changed. Log in again.' } };
});

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(changePassword);
