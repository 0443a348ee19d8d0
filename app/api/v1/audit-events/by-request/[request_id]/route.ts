import { getAuditEventsByRequest } from '#lib/contracts/audit.ts';
import * as audit from '#server/audit/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getAuditEventsByRequest, async ({ actor, params }) => ({
  data: await audit.listAuditEventsByRequest(actor, params.request_id),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getAuditEventsByRequest);
