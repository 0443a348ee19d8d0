import { listEnabledRules } from '#lib/contracts/rules.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/service.ts';

export const GET = route(listEnabledRules, ({ actor, query }) =>
  rules.listRules(actor, { ...query, enabled: true }),
);
