import type { AuditFilter } from '#lib/contracts/audit.ts';
import type { Prisma } from '#server/db/generated/client.ts';
import { prisma } from '#server/db/prisma.ts';
import { sql } from '#server/db/sql.ts';

function whereOf(filter: AuditFilter): Prisma.AuditEventWhereInput {
  const { created_after: after, created_before: before } = filter;
  return {
    ...(filter.category && { category: filter.category }),
    ...(filter.event_type !== undefined && { eventType: typeOf(filter.event_type) }),
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
    ...(filter.actor_token_id !== undefined && { actorTokenId: filter.actor_token_id }),
    ...(filter.actor_ip !== undefined && { actorAddress: filter.actor_ip }),
    ...(filter.chained !== undefined && { chainSeq: filter.chained ? { not: null } : null }),
    ...(filter.processes === false && {
      // `not in` alone would leave out those without a token as well.
      NOT: { actorKind: { in: ['execution', 'sensor'] } },
    }),
    ...(filter.q !== undefined && { OR: TEXTS.map((column) => ({ [column]: partOf(filter.q) })) }),
    ...(filter.execution !== undefined && { AND: { OR: ofExecution(filter.execution) } }),
    ...((after ?? before) !== undefined && {
      createdAt: {
        ...(after !== undefined && { gte: new Date(after) }),
        ...(before !== undefined && { lt: new Date(before) }),
      },
    }),
  };
}

/** To it, and by it: its tokens act under its name. */
const ofExecution = (id: number): Prisma.AuditEventWhereInput[] => [
  { resourceType: 'execution', resourceId: id },
  { actorLogin: `execution:${id}`, actorKind: 'execution' },
];

const typeOf = (type: string) =>
  type.endsWith('*') ? { startsWith: asItIs(type.slice(0, -1)) } : type;

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
const asItIs = (text: string): string => text.replaceAll(/[\\%_]/g, String.raw`\$&`);

const partOf = (text = '') => ({ contains: asItIs(text), mode: 'insensitive' as const });

/** Where a page of a list reads: ids below the one, and above the other; null where there is no such bound. */
export interface AuditRange {
  readonly before: bigint | null;
  readonly after: bigint | null;
}

const within = ({ before, after }: AuditRange): Prisma.AuditEventWhereInput => ({
  ...((before ?? after) !== null && {
    id: { ...(before !== null && { lt: before }), ...(after !== null && { gt: after }) },
  }),
});

/** So many rows are read through for one page of a search without a field. */
const SEARCHED_MAX = 10_000;

/** The first row that a page of a search does not read through any more; null when it reads all there are. */
export async function findSearchEnd(
  { q: _, ...filter }: AuditFilter,
  before: bigint | null,
): Promise<bigint | null> {
  const row = await prisma().auditEvent.findFirst({
    where: { AND: [whereOf(filter), within({ before, after: null })] },
    orderBy: { id: 'desc' },
    skip: SEARCHED_MAX,
    select: { id: true },
  });
  return row?.id ?? null;
}

/**
 * An id that all rows before an instant are below of: ids grow with time, so what is far too new need not be walked
 * through; no transaction is open for a minute.
 */
export async function findIdAfter(instant: string): Promise<bigint | null> {
  const row = await prisma().auditEvent.findFirst({
    where: { createdAt: { gte: new Date(Date.parse(instant) + 60_000) } },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  });
  return row?.id ?? null;
}

/** Newest first, in a range of ids or from an offset. */
export const listAuditEvents = (
  filter: AuditFilter,
  range: AuditRange,
  window: { skip: number; take: number },
) =>
  prisma().auditEvent.findMany({
    where: { AND: [whereOf(filter), within(range)] },
    orderBy: { id: 'desc' },
    omit: { details: true, prevHash: true, hash: true },
    ...window,
  });

/** The same with all that a row holds, for an export. */
export const listWholeAuditEvents = (filter: AuditFilter, before: bigint | null, take: number) =>
  prisma().auditEvent.findMany({
    where: { AND: [whereOf(filter), before === null ? {} : { id: { lt: before } }] },
    orderBy: { id: 'desc' },
    take,
  });

export const countAuditEvents = (filter: AuditFilter): Promise<number> =>
  prisma().auditEvent.count({ where: whereOf(filter) });

export const findAuditEvent = (id: number) => prisma().auditEvent.findUnique({ where: { id } });

export const listByRequest = (requestId: string, take: number) =>
  prisma().auditEvent.findMany({ where: { requestId }, orderBy: { id: 'asc' }, take });

interface ChainState {
  readonly head_seq: number;
  readonly head_hash: string;
  readonly head_created: Date | null;
  readonly anchor_seq: number;
  readonly unchained: number;
  readonly oldest_unchained: Date | null;
}

/** How far the chain has come; null where its one row is missing. */
export async function findChainState(): Promise<ChainState | null> {
  const [state] = await sql.query<ChainState>(
    `select c.head_seq, encode(c.head_hash, 'hex') as head_hash, c.anchor_seq,
            (select created from audit_event where chain_seq = c.head_seq) as head_created,
            w.unchained, w.oldest_unchained
     from audit_chain c,
          (select count(*)::int as unchained, min(created) as oldest_unchained
           from audit_event where chain_seq is null) w`,
  );
  return state ?? null;
}
