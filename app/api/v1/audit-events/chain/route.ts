import { getAuditChain } from '#lib/contracts/audit.ts';
import * as audit from '#server/audit/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getAuditChain, async ({ actor }) => ({
  data: await audit.getAuditChain(actor),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getAuditChain);
