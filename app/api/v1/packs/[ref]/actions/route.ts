import { listActionsByPack } from '#lib/contracts/actions.ts';
import * as actions from '#server/actions/service.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listActionsByPack, ({ actor, params, query }) =>
  actions.listActionsByPack(actor, params.ref, query),
);
