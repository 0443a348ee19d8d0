import { getExecutionEnvironment } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getExecutionEnvironment, async ({ actor, params, query }) => ({
  data: await executions.getEnvironment(actor, params.id, query.attempt),
}));
