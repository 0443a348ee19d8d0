import { listEnabledTriggers } from '#lib/contracts/triggers.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as triggers from '#server/triggers/service.ts';

export const GET = route(listEnabledTriggers, ({ actor, query }) =>
  triggers.listTriggers(actor, { ...query, enabled: true }),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listEnabledTriggers);
