import { getEnforcement } from '#lib/contracts/enforcements.ts';
import * as enforcements from '#server/enforcements/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getEnforcement, async ({ actor, params }) => ({
  data: await enforcements.getEnforcement(actor, params.id),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getEnforcement);
