import type { Grant } from '#lib/domain/permissions.ts';
import type { Sql } from '#server/db/sql.ts';
import type { ExecutionActor, SensorActor } from './actor.ts';
import { boundedBy, boundsOf } from './restriction.ts';

export type TokenRefusal =
  | 'expired'
  | 'execution_ended'
  | 'sensor_stopped'
  | 'revoked'
  | 'unknown_key'
  | 'frozen'
  | null;

export interface TokenRow {
  readonly jti: string;
  readonly kind: 'execution' | 'sensor';
  /** Which key signs it; no other may. */
  readonly kid: string;
  readonly execution_id: number | null;
  readonly attempt_id: number | null;
  readonly sensor_id: number | null;
  readonly sensor_ref: string | null;
  readonly identity_id: number | null;
  readonly action_ref: string | null;
  readonly pack_ref: string;
  readonly scopes: string[];
  readonly trigger_refs: string[];
  readonly end_reason: string | null;
  readonly ended: boolean;
  readonly expired: boolean;
  /** The database's clock, seconds since 1970. */
  readonly now_seconds: number;
  readonly key_retired: boolean;
  readonly attempt_running: boolean;
  readonly frozen: boolean;
  readonly grants: Grant[];
  /** The sets that bound whoever asked for the run; null: nothing did. */
  readonly restricted_to: string[] | null;
  readonly bounds: Grant[] | null;
}

/** A token and all that decides about it, as it is now, by the database's clock. */
export async function findToken(on: Sql, jti: string): Promise<TokenRow | null> {
  const [row] = await on.query<TokenRow>(
    `select t.jti, t.kind, t.kid, t.execution_id, t.attempt_id, t.sensor_id, s.ref as sensor_ref, t.identity_id, t.action_ref,
            t.pack_ref, t.scopes, t.trigger_refs, t.end_reason,
            t.ended_at is not null as ended,
            t.expires_at <= clock_timestamp() as expired, extract(epoch from clock_timestamp())::float8 as now_seconds,
            k.retired_at is not null or k.kid is null as key_retired,
            coalesce(a.status = 'running', t.kind = 'sensor') as attempt_running,
            coalesce(i.frozen, false) as frozen,
            coalesce((select jsonb_agg(g) from execution e join permission_set p on p.ref = any (e.permission_set_refs),
                      jsonb_array_elements(p.grants) g where e.id = t.execution_id), '[]') as grants,
            x.restricted_to, ${boundsOf('x.restricted_to')} as bounds
     from token t
     left join attempt a on a.id = t.attempt_id
     left join execution x on x.id = t.execution_id
     left join sensor s on s.id = t.sensor_id
     left join identity i on i.id = t.identity_id
     left join signing_key k on k.kid = t.kid
     where t.jti = $1`,
    [jti],
  );
  return row ?? null;
}

/** Why a token does not count; null when it does. */
export function refusalOf(row: TokenRow): TokenRefusal {
  if (row.ended) {
    if (row.end_reason === 'revoked') return 'revoked';
    return row.kind === 'execution' ? 'execution_ended' : 'sensor_stopped';
  }
  if (!row.attempt_running) return 'execution_ended';
  if (row.expired) return 'expired';
  if (row.key_retired) return 'unknown_key';
  if (row.frozen) return 'frozen';
  return null;
}

export function toActor(row: TokenRow, address: string | null): ExecutionActor | SensorActor {
  if (row.kind === 'sensor') {
    return {
      kind: 'sensor',
      jti: row.jti,
      sensorId: row.sensor_id ?? 0,
      sensorRef: row.sensor_ref ?? '',
      packRef: row.pack_ref,
      triggerRefs: row.trigger_refs,
      address,
    };
  }
  return {
    kind: 'execution',
    jti: row.jti,
    executionId: row.execution_id ?? 0,
    attemptId: row.attempt_id ?? 0,
    identityId: row.identity_id,
    actionRef: row.action_ref ?? '',
    packRef: row.pack_ref,
    scopes: row.scopes,
    ...boundedBy(row.grants, row.restricted_to, row.bounds),
    address,
  };
}

/**
 * Counts a call, or several that share a transaction, if the token still counts at this moment. Holds the row until the commit, so that the end of the
 * attempt and this write are one after the other.
 */
export async function useToken(on: Sql, jti: string, calls = 1): Promise<boolean> {
  const rows = await on.query(
    `update token t set calls = calls + $2, last_used_at = clock_timestamp()
     where t.jti = $1 and t.ended_at is null and t.expires_at > clock_timestamp()
       and (t.attempt_id is null or exists (select 1 from attempt a where a.id = t.attempt_id and a.status = 'running'))
       and not exists (select 1 from identity i where i.id = t.identity_id and i.frozen)
       and exists (select 1 from signing_key k where k.kid = t.kid and k.retired_at is null)
     returning 1`,
    [jti, calls],
  );
  return rows.length === 1;
}

/** Ends the tokens of attempts or sensors that end in the same transaction. */
export const endTokens = (
  on: Sql,
  by: 'attempt_id' | 'sensor_id',
  ids: readonly number[],
  reason: string,
): Promise<{ jti: string }[]> =>
  on.query<{ jti: string }>(
    `update token set ended_at = clock_timestamp(), end_reason = $2 where ${by} = any ($1) and ended_at is null returning jti`,
    [ids, reason],
  );
