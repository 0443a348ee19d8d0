import { listAuditEvents } from '#lib/contracts/audit.ts';
import * as audit from '#server/audit/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(listAuditEvents, ({ actor, query }) =>
  audit.listAuditEvents(actor, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(listAuditEvents);
