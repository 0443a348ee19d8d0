import { getExecutionStats } from '#lib/contracts/executions.ts';
import * as executions from '#server/executions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getExecutionStats, async ({ actor }) => ({
  data: await executions.getExecutionStats(actor),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getExecutionStats);
