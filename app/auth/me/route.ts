import { getCurrentUser } from '#lib/contracts/auth.ts';
import { route } from '#server/http/route.ts';
import * as identities from '#server/identities/service.ts';

export const GET = route(getCurrentUser, async ({ actor }) => ({
  data: await identities.getCurrentUser(actor),
}));
