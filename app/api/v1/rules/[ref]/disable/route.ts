import { disableRule } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const POST = route(disableRule, async ({ actor, params }) => ({
  data: await rules.disableRule(actor, params.ref),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(disableRule);
