import { cordonWorker } from '#lib/contracts/workers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as cordon from '#server/workers/cordon.ts';

export const POST = route(cordonWorker, async ({ actor, params, body }) => {
  const worker = await cordon.cordonWorker(actor, params.id, body?.reason || null);
  return { ...worker, data: worker };
});

export const { OPTIONS, HEAD, GET, PUT, PATCH, DELETE } = otherMethods(cordonWorker);
