import { listWorkers } from '#lib/contracts/workers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as workers from '#server/workers/service.ts';

export const GET = route(listWorkers, ({ actor, query }) => workers.listWorkers(actor, query));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listWorkers);
