import { cancelExecution } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const POST = route(cancelExecution, async ({ actor, params, body }) => ({
  data: await executions.cancelExecution(actor, params.id, body?.reason),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(cancelExecution);
