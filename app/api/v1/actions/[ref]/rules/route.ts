import { listRulesByAction } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(listRulesByAction, ({ actor, params, query }) =>
  rules.listRulesByAction(actor, params.ref, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listRulesByAction);
