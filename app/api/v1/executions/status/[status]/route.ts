import { listExecutionsByStatus } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listExecutionsByStatus, ({ actor, params, query }) =>
  executions.listExecutions(actor, { ...query, status: [params.status] }),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listExecutionsByStatus);
