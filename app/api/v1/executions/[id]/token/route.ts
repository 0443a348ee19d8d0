import { getExecutionToken } from '#lib/contracts/executions.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as executions from '#server/executions/service.ts';
import { getTokenStatus } from '#server/tokens/service.ts';

export const GET = route(getExecutionToken, async ({ actor, params, query }) => {
  await executions.getExecution(actor, params.id);
  return { data: await getTokenStatus(actor, params.id, query.attempt) };
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getExecutionToken);
