import { listTriggersByPack } from '#lib/contracts/triggers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as triggers from '#server/triggers/service.ts';

export const GET = route(listTriggersByPack, ({ actor, params, query }) =>
  triggers.listTriggersByPack(actor, params.ref, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listTriggersByPack);
