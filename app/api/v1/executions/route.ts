import { createExecution, listExecutions } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listExecutions, ({ actor, query }) =>
  executions.listExecutions(actor, query),
);

export const POST = route(createExecution, async ({ actor, body, request }) => {
  const execution = await executions.createExecution(
    actor,
    body,
    request.headers.get('idempotency-key'),
  );
  return { ...execution, data: execution };
});

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listExecutions, createExecution);
