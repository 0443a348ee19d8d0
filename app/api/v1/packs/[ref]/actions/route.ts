import { listActionsByPack } from '#lib/contracts/actions.ts';
import * as actions from '#server/actions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listActionsByPack, ({ actor, params, query }) =>
  actions.listActionsByPack(actor, params.ref, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listActionsByPack);
