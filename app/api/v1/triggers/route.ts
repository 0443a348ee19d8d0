import { createTrigger, listTriggers } from '#lib/contracts/triggers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as triggers from '#server/triggers/service.ts';

export const GET = route(listTriggers, ({ actor, query }) => triggers.listTriggers(actor, query));

export const POST = route(createTrigger, async ({ actor, body }) => ({
  data: await triggers.createTrigger(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listTriggers, createTrigger);
