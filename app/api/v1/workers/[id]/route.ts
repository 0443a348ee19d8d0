import { getWorker } from '#lib/contracts/workers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as workers from '#server/workers/service.ts';

export const GET = route(getWorker, async ({ actor, params }) => {
  const worker = await workers.getWorker(actor, params.id);
  return { ...worker, data: worker };
});

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getWorker);
