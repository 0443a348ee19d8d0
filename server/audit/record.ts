import type { Sql } from '#server/db/sql.ts';
import { requestId, servedOperation } from '#server/http/request-context.ts';
import { redactDetails, redactText } from './redact.ts';

export interface AuditRecord {
  readonly category: 'admin' | 'api' | 'auth' | 'execution' | 'pack' | 'rbac' | 'secret';
  /** `rule.updated`, `auth.login`, … */
  readonly eventType: string;
  readonly outcome: 'success' | 'failure' | 'denied';
  readonly actor: {
    readonly id: number | null;
    readonly login: string;
    readonly kind: string;
    /** The API token that was used. */
    readonly tokenId?: number | undefined;
    readonly address: string | null;
  };
  readonly resource?: {
    readonly type: string;
    readonly id?: number | null;
    readonly ref?: string | null;
  };
  readonly requestId?: string;
  /**
   * The call that was made or refused; the route's template, never a path with values in it. A change that commits
   * with its record does not know its answer yet: it has no status.
   */
  readonly http?: { readonly method: string; readonly route: string; readonly status?: number };
  /** How often it happened, when the record stands for several; 1 unless said. */
  readonly count?: number;
  /** Never a secret value. */
  readonly details?: Readonly<Record<string, unknown>>;
}

/** Writes down who did what, in the transaction that does it. */
export const recordAudit = (on: Sql, record: AuditRecord): Promise<void> =>
  recordAudits(on, [record]);

/** The same for many at once, in one statement. The chainer links them once they are committed. */
export async function recordAudits(on: Sql, records: readonly AuditRecord[]): Promise<void> {
  if (records.length === 0) return;
  await on.query(INSERT, [JSON.stringify(records.map(toRow))]);
}

const LOGIN_CHARS_MAX = 200;
const TEXT_CHARS_MAX = 300;

function toRow(record: AuditRecord): Record<string, unknown> {
  const { actor, resource } = record;
  const http = record.http ?? servedOperation();
  const text = (value: string | null | undefined) =>
    value === null || value === undefined ? null : redactText(value, TEXT_CHARS_MAX);
  return {
    category: record.category,
    event_type: record.eventType,
    outcome: record.outcome,
    actor_identity: actor.id,
    actor_login: redactText(actor.login, LOGIN_CHARS_MAX),
    actor_token_type: actor.kind,
    actor_token_id: actor.tokenId,
    actor_ip: text(actor.address),
    resource_type: resource?.type,
    resource_id: resource?.id,
    resource_ref: text(resource?.ref),
    request_id: record.requestId ?? requestId(),
    http_method: http?.method,
    http_path: text(http?.route),
    http_status: record.http?.status,
    count: record.count ?? 1,
    details: record.details === undefined ? null : redactDetails(record.details),
  };
}

const COLUMNS = `category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_token_id, actor_ip,
  resource_type, resource_id, resource_ref, request_id, http_method, http_path, http_status, count, details`;

const INSERT = `
  insert into audit_event (${COLUMNS})
  select ${COLUMNS} from jsonb_to_recordset($1::jsonb) as r (
    category text, event_type text, outcome text, actor_identity int, actor_login text, actor_token_type text,
    actor_token_id int, actor_ip text, resource_type text, resource_id bigint, resource_ref text, request_id text, http_method text,
    http_path text, http_status int, count int, details jsonb)`;
