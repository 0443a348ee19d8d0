import { getAuditEventsByRequest } from '#lib/contracts/audit.ts';
import * as audit from '#server/audit/service.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getAuditEventsByRequest, async ({ actor, params }) => ({
  data: await audit.listAuditEventsByRequest(actor, params.request_id),
}));
