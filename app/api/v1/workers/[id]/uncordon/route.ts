import { uncordonWorker } from '#lib/contracts/workers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as cordon from '#server/workers/cordon.ts';

export const POST = route(uncordonWorker, async ({ actor, params }) => {
  const worker = await cordon.uncordonWorker(actor, params.id);
  return { ...worker, data: worker };
});

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(uncordonWorker);
