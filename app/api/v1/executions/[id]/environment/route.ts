import { getExecutionEnvironment } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getExecutionEnvironment, async ({ actor, params, query }) => ({
  data: await executions.getEnvironment(actor, params.id, query.attempt),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getExecutionEnvironment);
