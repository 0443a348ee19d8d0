import type { AuditFilter } from '#lib/contracts/audit.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { prisma } from '#server/db/prisma.ts';

function whereOf(filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { created_after: after, created_before: before } = filter;
  return {
    ...(filter.category && { category: filter.category }),
    ...(filter.event_type !== undefined && { eventType: filter.event_type }),
    ...(filter.outcome && { outcome: filter.outcome }),
    ...(filter.actor_identity !== undefined && { actorId: filter.actor_identity }),
    ...(filter.actor_login !== undefined && { actorLogin: filter.actor_login }),
    ...(filter.resource_type !== undefined && { resourceType: filter.resource_type }),
    ...(filter.resource_id !== undefined && { resourceId: filter.resource_id }),
    ...(filter.resource_ref !== undefined && { resourceRef: filter.resource_ref }),
    ...(filter.request_id !== undefined && { requestId: filter.request_id }),
    ...(filter.http_status !== undefined && { httpStatus: filter.http_status }),
    ...(filter.http_method !== undefined && { httpMethod: filter.http_method }),
    ...(filter.http_path !== undefined && { httpPath: filter.http_path }),
    ...(filter.actor_token_type !== undefined && { actorKind: filter.actor_token_type }),
    ...(filter.actor_ip !== undefined && { actorAddress: filter.actor_ip }),
    ...(filter.chained !== undefined && { chainSeq: filter.chained ? { not: null } : null }),
    ...(filter.q !== undefined && { OR: TEXTS.map((column) => ({ [column]: partOf(filter.q) })) }),
    ...((after ?? before) !== undefined && {
      createdAt: {
        ...(after !== undefined && { gte: new Date(after) }),
        ...(before !== undefined && { lt: new Date(before) }),
      },
    }),
  };
}

/** Where a search without a field looks. */
const TEXTS = [
  'eventType',
  'actorLogin',
  'actorAddress',
  'resourceType',
  'resourceRef',
  'requestId',
  'httpPath',
] as const;

/** Prisma hands `%` and `_` on as wildcards. */
const partOf = (text = '') => ({
  contains: text.replaceAll(/[\\%_]/g, String.raw`\$&`),
  mode: 'insensitive' as const,
});

/** Newest first, from a cursor (the id of the last one seen) or an offset. */
export const listAuditEvents = (
  filter: AuditFilter,
  before: bigint | null,
  window: { skip: number; take: number },
) =>
  prisma().auditEvent.findMany({
    where: { AND: [whereOf(filter), before === null ? {} : { id: { lt: before } }] },
    orderBy: { id: 'desc' },
    omit: { details: true, prevHash: true, hash: true },
    ...window,
  });

export const countAuditEvents = (filter: AuditFilter): Promise<number> =>
  prisma().auditEvent.count({ where: whereOf(filter) });

export const findAuditEvent = (id: number) => prisma().auditEvent.findUnique({ where: { id } });

export const listByRequest = (requestId: string, take: number) =>
  prisma().auditEvent.findMany({ where: { requestId }, orderBy: { id: 'asc' }, take });
