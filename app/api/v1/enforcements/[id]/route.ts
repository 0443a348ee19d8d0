import { getEnforcement } from '#lib/contracts/enforcements.ts';
import * as enforcements from '#server/enforcements/service.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getEnforcement, async ({ actor, params }) => ({
  data: await enforcements.getEnforcement(actor, params.id),
}));
