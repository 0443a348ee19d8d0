import { getAuditEvent } from '#lib/contracts/audit.ts';
import * as audit from '#server/audit/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getAuditEvent, async ({ actor, params }) => ({
  data: await audit.getAuditEvent(actor, params.id),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getAuditEvent);
