import type { Sql, Tx } from '#server/db/sql.ts';

/** Calls of one kind that were refused within a moment. */
export interface RefusalCount {
  /** Null when it cannot be known. */
  readonly address: string | null;
  /** Null without a valid identity. */
  readonly login: string | null;
  readonly method: string;
  /** The operation's path, as the contract writes it. */
  readonly route: string;
  readonly status: number;
  /** The error's code. */
  readonly reason: string;
  readonly count: number;
}

/** Adds to the counts of this minute, by the database's clock. In one order everywhere, so that two never wait for each other. */
export async function countRefusals(on: Sql, counts: readonly RefusalCount[]): Promise<void> {
  if (counts.length === 0) return;
  await on.query(
    `insert into audit_refusal as r (minute, address, login, method, route, status, reason, count, first_at, last_at)
     select date_trunc('minute', now()), coalesce(address, ''), coalesce(login, ''), method, route, status, reason,
            count, now(), now()
     from jsonb_to_recordset($1::jsonb)
       as c (address text, login text, method text, route text, status int, reason text, count int)
     order by address, login, method, route, status, reason
     on conflict (minute, address, login, method, route, status, reason)
     do update set count = r.count + excluded.count, last_at = excluded.last_at`,
    [JSON.stringify(counts)],
  );
}

/** Two seconds more than the minute, for counts that are on their way. */
export async function listRefusals(tx: Tx): Promise<void> {
  await tx.query(
    `with ended as (
       delete from audit_refusal where minute < date_trunc('minute', now() - interval '2 seconds') returning *
     )
     insert into audit_event (category, event_type, outcome, actor_login, actor_ip, http_method, http_path, http_status,
                              count, created, details)
     select 'api', 'api.refused', 'denied', nullif(login, ''), nullif(address, ''), method, route, status,
            count, last_at, jsonb_build_object('reason', reason, 'minute', minute, 'first', first_at, 'last', last_at)
     from ended order by last_at`,
  );
}
