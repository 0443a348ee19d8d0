import type { ProcessTokenLine } from '#lib/contracts/tokens.ts';
import { type Actor, ALL, authorize, can } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import { stateOf } from './present.ts';
import type { TokenStatusRow } from './repository.ts';

export interface TokenListFilter {
  /** Those that count now; those that ended; those with which somebody was refused, or called after the end. */
  readonly show: 'live' | 'ended' | 'refused';
  /** Stands in the name of the action, the sensor or the owner. */
  readonly who?: string | undefined;
}

/** How many are listed. */
export const LISTED_MAX = 200;
/** Among how many of the newest runs those with refused calls are looked for. */
export const LOOKED_AT_MAX = 5_000;

/**
 * Tokens of runs and sensors, newest first, without the tokens. Of millions of rows only the newest are looked at.
 *
 * @throws AppError `FORBIDDEN` for those who may read neither runs nor sensors
 */
export async function listProcessTokens(
  actor: Actor,
  { show, who }: TokenListFilter,
): Promise<ProcessTokenLine[]> {
  const seesSensors = can(actor, 'sensors:read', ALL);
  if (!seesSensors) authorize(actor, 'executions:read');
  const rows = await sql.query<LineRow>(`${SELECT[show]} ${ORDER}`, [
    can(actor, 'executions:read'),
    seesSensors,
    who === undefined ? null : `%${who.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`,
  ]);
  return rows.map(present);
}

type LineRow = Pick<
  TokenStatusRow,
  | 'jti'
  | 'kind'
  | 'attempt'
  | 'execution_id'
  | 'issued_at'
  | 'expires_at'
  | 'ended_at'
  | 'end_reason'
  | 'expired'
  | 'calls'
  | 'refused'
  | 'replayed'
  | 'last_used_at'
> & {
  readonly action_ref: string | null;
  readonly sensor_ref: string | null;
  readonly owner: string | null;
};

const LINES = `
  select t.jti, t.kind, a.number as attempt, t.execution_id, t.action_ref, s.ref as sensor_ref, i.login as owner,
         t.issued_at, t.expires_at, t.ended_at, t.end_reason, t.expires_at <= now() as expired, t.calls, t.refused,
         t.replayed, t.last_used_at
  from looked_at l join token t on t.jti = l.jti
  left join attempt a on a.id = t.attempt_id
  left join sensor s on s.id = t.sensor_id
  left join identity i on i.id = t.identity_id
  where ((t.kind = 'execution' and $1) or (t.kind = 'sensor' and $2))
    and ($3::text is null or concat_ws(' ', t.action_ref, s.ref, i.login) ilike $3)`;

/** By the index of its runs and of its sensors, so that the size of the table does not matter. */
const NEWEST = `
  with looked_at as (
    (select jti from token where execution_id is not null order by execution_id desc limit ${LOOKED_AT_MAX})
    union all
    (select jti from token where sensor_id is not null order by sensor_id, issued_at desc limit ${LOOKED_AT_MAX}))`;

const LIVE = `
  with looked_at as (
    select t.jti from attempt a join token t on t.attempt_id = a.id where a.status = 'running'
    union all
    select token_jti from sensor_process where token_jti is not null)`;

const SELECT: Readonly<Record<TokenListFilter['show'], string>> = {
  live: `${LIVE} ${LINES} and t.ended_at is null`,
  ended: `${NEWEST} ${LINES} and t.ended_at is not null`,
  refused: `${NEWEST} ${LINES} and t.refused + t.replayed > 0`,
};

const ORDER = `order by t.issued_at desc, t.jti limit ${LISTED_MAX}`;

const present = (row: LineRow): ProcessTokenLine => ({
  id: row.jti,
  kind: row.kind,
  state: stateOf(row),
  attempt: row.attempt,
  execution: row.execution_id,
  action_ref: row.action_ref,
  sensor_ref: row.sensor_ref,
  owner: row.owner,
  issued_at: timestamp(row.issued_at),
  expires_at: timestamp(row.expires_at),
  ended_at: timestampOrNull(row.ended_at),
  end_reason: row.end_reason,
  calls: row.calls,
  refused: row.refused,
  replayed: row.replayed,
  last_used_at: timestampOrNull(row.last_used_at),
});
