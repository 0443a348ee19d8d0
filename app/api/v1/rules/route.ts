import { createRule, listRules } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(listRules, async ({ actor, query }) => {
  const page = await rules.listRules(actor, query);
  return { ...page, data: page.items };
});

export const POST = route(createRule, async ({ actor, body }) => ({
  data: await rules.createRule(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listRules, createRule);
