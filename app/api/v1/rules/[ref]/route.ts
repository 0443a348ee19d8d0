import { deleteRule, getRule, updateRule } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(getRule, async ({ actor, params }) => ({
  data: await rules.getRule(actor, params.ref),
}));

export const PUT = route(updateRule, async ({ actor, params, body }) => ({
  data: await rules.updateRule(actor, params.ref, body),
}));

export const DELETE = route(deleteRule, ({ actor, params }) => rules.deleteRule(actor, params.ref));

export const { OPTIONS, POST, PATCH } = otherMethods(getRule, updateRule, deleteRule);
