import { listRuleVersions } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(listRuleVersions, ({ actor, params, query }) =>
  rules.listRuleVersions(actor, params.ref, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listRuleVersions);
