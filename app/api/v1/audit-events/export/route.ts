import { exportAuditEvents } from '#lib/contracts/audit.ts';
import * as audit from '#server/audit/export.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(exportAuditEvents, async ({ actor, query }) =>
  audit.exportAuditEvents(actor, query),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(exportAuditEvents);
