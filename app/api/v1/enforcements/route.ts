import { listEnforcements } from '#lib/contracts/enforcements.ts';
import * as enforcements from '#server/enforcements/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listEnforcements, ({ actor, query }) =>
  enforcements.listEnforcements(actor, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listEnforcements);
