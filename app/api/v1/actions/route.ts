import { createAction, listActions } from '#lib/contracts/actions.ts';
import * as actions from '#server/actions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listActions, ({ actor, query }) => actions.listActions(actor, query));

export const POST = route(createAction, async ({ actor, body }) => ({
  data: await actions.createAction(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listActions, createAction);
