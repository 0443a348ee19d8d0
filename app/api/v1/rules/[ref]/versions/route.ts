import { listRuleVersions } from '#lib/contracts/rules.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(listRuleVersions, ({ actor, params, query }) =>
  rules.listRuleVersions(actor, params.ref, query),
);
