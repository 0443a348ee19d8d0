import type { Sql } from '#server/db/sql.ts';

/** One call made with the token of a run or a sensor. */
export interface TokenUse {
  readonly jti: string;
  readonly at: Date;
  readonly method: string;
  /** The operation's path, as the contract writes it. */
  readonly route: string;
  readonly status: number;
  /** Why it was refused; null when it was not. */
  readonly reason: string | null;
  readonly address: string | null;
}

/** Writes down what tokens of processes were used for: one row for calls of one kind, however many a moment brings. */
export async function recordTokenUse(on: Sql, uses: readonly TokenUse[]): Promise<void> {
  if (uses.length === 0) return;
  await on.query(
    `with used as (
       select jti, method, route, status, reason, address, count(*)::int as count, min(at) as first, max(at) as last
       from jsonb_to_recordset($1::jsonb)
         as u (jti uuid, at timestamptz, method text, route text, status int, reason text, address text)
       group by jti, method, route, status, reason, address
     )
     insert into audit_event (category, event_type, outcome, actor_identity, actor_login, actor_token_type, actor_ip,
                              resource_type, resource_id, resource_ref, http_method, http_path, http_status, count, details)
     select 'execution', 'token.used',
            case when u.status in (401, 403, 404) then 'denied' when u.status >= 400 then 'failure' else 'success' end,
            t.identity_id,
            case t.kind when 'execution' then 'execution:' || t.execution_id else 'sensor:' || s.ref end,
            t.kind, u.address, t.kind, coalesce(t.execution_id, t.sensor_id), coalesce(t.action_ref, s.ref),
            u.method, u.route, u.status, u.count,
            jsonb_strip_nulls(jsonb_build_object('jti', u.jti, 'attempt', t.attempt_id, 'reason', u.reason,
                                                 'first', u.first, 'last', u.last))
     from used u join token t on t.jti = u.jti left join sensor s on s.id = t.sensor_id
     order by u.last`,
    [JSON.stringify(uses)],
  );
}
