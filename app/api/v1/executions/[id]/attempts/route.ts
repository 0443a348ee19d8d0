import { listAttempts } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listAttempts, async ({ actor, params }) => ({
  data: await executions.listAttempts(actor, params.id),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listAttempts);
