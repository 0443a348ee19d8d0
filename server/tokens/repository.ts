import type { Sql } from '#server/db/sql.ts';

export interface TokenStatusRow {
  readonly jti: string;
  readonly kind: 'execution' | 'sensor';
  readonly kid: string;
  readonly attempt: number | null;
  readonly execution_id: number | null;
  readonly sensor_id: number | null;
  readonly issued_at: Date;
  readonly expires_at: Date;
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly run_ended_at: Date | null;
  readonly expired: boolean;
  readonly scopes: string[];
  readonly scopes_used: string[];
  readonly calls: number;
  readonly refused: number;
  readonly replayed: number;
  readonly last_used_at: Date | null;
}

const SELECT = `
  select t.jti, t.kind, t.kid, a.number as attempt, t.execution_id, t.sensor_id, t.issued_at, t.expires_at, t.ended_at,
         t.end_reason, a.ended_at as run_ended_at, t.expires_at <= now() as expired, t.scopes, t.scopes_used, t.calls,
         t.refused, t.replayed, t.last_used_at
  from token t left join attempt a on a.id = t.attempt_id`;

export async function findByExecution(
  on: Sql,
  executionId: number,
  attempt: number | null,
): Promise<TokenStatusRow | null> {
  const [row] = await on.query<TokenStatusRow>(
    `${SELECT} where t.execution_id = $1 and ($2::int is null or a.number = $2) order by a.number desc limit 1`,
    [executionId, attempt],
  );
  return row ?? null;
}

export async function findBySensor(on: Sql, sensorId: number): Promise<TokenStatusRow | null> {
  const [row] = await on.query<TokenStatusRow>(
    `${SELECT} where t.sensor_id = $1 order by t.issued_at desc limit 1`,
    [sensorId],
  );
  return row ?? null;
}

/** What the newest runs of an action did with their tokens. */
export interface ScopeUse {
  /** How many runs that is. */
  readonly runs: number;
  readonly used: readonly string[];
}

export async function findScopeUse(on: Sql, actionRef: string, runsMax: number): Promise<ScopeUse> {
  const [row] = await on.query<ScopeUse>(
    `select count(distinct t.execution_id)::int as runs, coalesce(array_agg(distinct s.scope) filter (where s.scope is not null), '{}') as used
     from (select id from execution where action_ref = $1 order by id desc limit $2) recent
     join token t on t.execution_id = recent.id
     left join lateral unnest(t.scopes_used) as s (scope) on true`,
    [actionRef, runsMax],
  );
  return row ?? { runs: 0, used: [] };
}

export interface TokenCallRow {
  readonly at: Date;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly reason: string | null;
  readonly after_end: boolean;
  readonly address: string | null;
}

/** Of either side of the token's end: whoever replays it cannot push out of sight what the run itself did. */
const CALLS_MAX = 200;

/** The last calls made with a token before its end, and those after it; oldest first. */
export const listCalls = (on: Sql, jti: string): Promise<TokenCallRow[]> =>
  on.query<TokenCallRow>(
    `select c.at, c.method, c.route, c.status, c.reason, c.after_end, c.address
     from (values (false), (true)) side (after_end)
     cross join lateral (
       select * from token_call where jti = $1 and after_end = side.after_end order by id desc limit ${CALLS_MAX}
     ) c order by c.id`,
    [jti],
  );
