import { listEnabledRules } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(listEnabledRules, ({ actor, query }) =>
  rules.listRules(actor, { ...query, enabled: true }),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listEnabledRules);
