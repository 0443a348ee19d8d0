import type { Sql } from '#server/db/sql.ts';

export interface AuditRecord {
  readonly category: 'admin' | 'api' | 'auth' | 'execution' | 'pack' | 'rbac' | 'secret';
  /** `rule.updated`, `auth.login`, … */
  readonly eventType: string;
  readonly outcome: 'success' | 'failure' | 'denied';
  readonly actor: {
    readonly id: number | null;
    readonly login: string;
    readonly kind: string;
    readonly address: string | null;
  };
  readonly resource?: {
    readonly type: string;
    readonly id?: number | null;
    readonly ref?: string | null;
  };
  readonly requestId?: string;
  /** Never a secret value. */
  readonly details?: Record<string, unknown>;
}

/** Writes down who did what, in the transaction that does it. */
export async function recordAudit(on: Sql, record: AuditRecord): Promise<void> {
  const { actor, resource } = record;
  await on.query(
    `insert into audit_event (category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_ip,
                              resource_type, resource_id, resource_ref, request_id, details)
     values ($1, $2, $3, $4::int, $5, $6, $7, $8, $9::bigint, $10, $11, $12::jsonb)`,
    [
      record.category,
      record.eventType,
      record.outcome,
      actor.id,
      actor.login,
      actor.kind,
      actor.address,
      resource?.type ?? null,
      resource?.id ?? null,
      resource?.ref ?? null,
      record.requestId ?? null,
      record.details === undefined ? null : JSON.stringify(record.details),
    ],
  );
}
