import { deleteTrigger, getTrigger, updateTrigger } from '#lib/contracts/triggers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as triggers from '#server/triggers/service.ts';

export const GET = route(getTrigger, async ({ actor, params }) => ({
  data: await triggers.getTrigger(actor, params.ref),
}));

export const PUT = route(updateTrigger, async ({ actor, params, body }) => ({
  data: await triggers.updateTrigger(actor, params.ref, body),
}));

export const DELETE = route(deleteTrigger, ({ actor, params }) =>
  triggers.deleteTrigger(actor, params.ref),
);

export const { OPTIONS, POST, PATCH } = otherMethods(getTrigger, updateTrigger, deleteTrigger);
