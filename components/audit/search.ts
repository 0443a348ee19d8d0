import { z } from 'zod';
import { type AuditFilter, AuditOutcome } from '#lib/contracts/audit.ts';
import type { Search } from '#lib/search.ts';
import { Instant, toInstant } from '#components/executions/search-values.ts';

const words = z.string().trim().min(1).max(100).optional().catch(undefined);
const id = z
  .string()
  .regex(/^[1-9]\d{0,14}$/)
  .optional()
  .catch(undefined);

const AuditSearch = z.object({
  /** Login of whoever did it. */
  actor: words,
  /** `rule.updated`, `key.*`. */
  action: words,
  /** `web.deploy`, `rule web.deploy`, `run 12`. */
  resource: words,
  outcome: AuditOutcome.optional().catch(undefined),
  /** `people` leaves out what runs and sensors did with their tokens. */
  by: z.enum(['people']).optional().catch(undefined),
  from: Instant,
  to: Instant,
  /** Stands somewhere in it. */
  q: words,
  /** The API token that it was done with, by its id. */
  token: id,
  request: z.string().trim().min(1).max(64).optional().catch(undefined),
  /** The one that is open. */
  row: id,
  cursor: id,
});
export type AuditSearch = z.output<typeof AuditSearch>;

/** What a reader wrote into the address; what does not parse is dropped. */
export const toAuditSearch = (
  given: Readonly<Record<string, string | string[] | undefined>>,
): AuditSearch => AuditSearch.parse(given);

/** As the API wants it, but for the page. */
export function toAuditFilter(search: AuditSearch, nowMs: number): AuditFilter {
  const conditions = {
    actor_login: search.actor,
    event_type: search.action,
    outcome: search.outcome,
    processes: search.by === 'people' ? false : undefined,
    ...toResource(search.resource),
    created_after: toInstant(search.from, nowMs) ?? undefined,
    created_before: toInstant(search.to, nowMs) ?? undefined,
    q: search.q,
    request_id: search.request,
    actor_token_id: search.token === undefined ? undefined : Number(search.token),
  } satisfies { [Name in keyof AuditFilter]?: AuditFilter[Name] | undefined };
  return Object.fromEntries(
    Object.entries(conditions).filter(([, value]) => value !== undefined),
  ) as AuditFilter;
}

/** A name, or a kind with a name or a number: `rule 12`. `run 12` is also what it did itself. */
function toResource(text: string | undefined) {
  const [, type, rest] = /^([a-z_]+)[ :](.+)$/.exec(text ?? '') ?? [];
  if (type === undefined || rest === undefined) return { resource_ref: text };
  if (type === 'run' && /^[1-9]\d{0,14}$/.test(rest)) return { execution: Number(rest) };
  return /^[1-9]\d{0,14}$/.test(rest)
    ? { resource_type: type, resource_id: Number(rest) }
    : { resource_type: type, resource_ref: rest };
}

/** The filters as a query of the API: what an export of this list is asked for. */
export const toExportSearch = (search: AuditSearch, nowMs: number): Search =>
  Object.fromEntries(
    Object.entries(toAuditFilter(search, nowMs)).map(([name, value]) => [name, String(value)]),
  );

/** Whether anything narrows the list. */
export const isNarrowed = ({ row: _, cursor: __, ...filters }: AuditSearch): boolean =>
  Object.values(filters).some((value) => value !== undefined);
