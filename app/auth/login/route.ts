import { login } from '#lib/contracts/auth.ts';
import { clientAddress } from '#server/http/address.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { logIn } from '#server/identities/service.ts';

export const POST = route(login, async ({ body, request }) => ({
  data: await logIn(body.login, body.password, clientAddress(request.headers)),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(login);
