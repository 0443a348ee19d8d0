import { deleteAction, getAction, updateAction } from '#lib/contracts/actions.ts';
import * as actions from '#server/actions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getAction, async ({ actor, params }) => ({
  data: await actions.getAction(actor, params.ref),
}));

export const PUT = route(updateAction, async ({ actor, params, body }) => ({
  data: await actions.updateAction(actor, params.ref, body),
}));

export const DELETE = route(deleteAction, ({ actor, params }) =>
  actions.deleteAction(actor, params.ref),
);

export const { OPTIONS, POST, PATCH } = otherMethods(getAction, updateAction, deleteAction);
