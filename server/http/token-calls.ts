import type { Operation } from '#lib/contracts/operation.ts';
import { recordTokenUse } from '#server/audit/token-use.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { ProcessTokenRefused } from '#server/auth/process-token.ts';
import { inTransaction } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { log } from '#server/log.ts';

interface Call {
  readonly jti: string;
  readonly at: Date;
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly reason: string | null;
  readonly after_end: boolean;
  /** What is written counts itself in its own transaction (fenceToken), unless that is undone with a refusal. */
  readonly counts: boolean;
  readonly scope: string | null;
  readonly address: string | null;
}

const FLUSH_MS = 250;
const WAITING_MAX = 10_000;
/** Who was told a secret is written down with it. */
const READS_THAT_WRITE = new Set(['getKey']);
const ENDED = new Set(['execution_ended', 'sensor_stopped', 'revoked']);

let waiting: Call[] = [];
let timer: NodeJS.Timeout | undefined;

/** Writes down a call made with the token of a process, soon and in bulk; others are not counted. */
export function countCall(
  { id, method, path }: Operation,
  actor: Actor | ProcessTokenRefused,
  status: number,
  reason: string | null,
): void {
  if (!('jti' in actor) || waiting.length >= WAITING_MAX) return;
  waiting.push({
    jti: actor.jti,
    at: new Date(),
    method,
    route: path,
    status,
    reason,
    after_end: reason !== null && ENDED.has(reason),
    counts: status !== 401 && (status >= 400 || (method === 'GET' && !READS_THAT_WRITE.has(id))),
    scope: status < 400 ? scopeOf(method, path) : null,
    address: 'address' in actor ? actor.address : null,
  });
  timer ??= setTimeout(() => void flushCalls(), FLUSH_MS);
}

/** Which scope of the standard token an operation stands for. */
function scopeOf(method: string, path: string): string | null {
  if (path.startsWith('/api/v1/keys')) return 'secrets:read:owned';
  if (path.startsWith('/api/v1/executions'))
    return method === 'GET' ? 'execution:read:self' : 'execution:create:child';
  return null;
}

/** Stores what has been counted so far; also at the end of a process. */
export async function flushCalls(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const calls = waiting;
  waiting = [];
  if (calls.length === 0) return;
  try {
    await inTransaction(async (tx) => {
      await tx.query(INSERT, [JSON.stringify(calls)]);
      await recordTokenUse(tx, calls);
      await announce(tx, 'tokens');
    });
  } catch (error) {
    log.warn(
      { err: error, calls: calls.length },
      'calls made with tokens could not be written down',
    );
  }
}

const INSERT = `
  with call as (
    select * from jsonb_to_recordset($1::jsonb)
      as c (jti uuid, at timestamptz, method text, route text, status int, reason text, after_end boolean,
            counts boolean, scope text, address text)
  ), stored as (
    insert into token_call (jti, at, method, route, status, reason, after_end, address)
    select jti, at, method, route, status, reason, after_end, address from call order by at
  ), summed as (
    select jti, count(*) filter (where counts) as calls, count(*) filter (where status in (401, 403, 404)) as refused,
           count(*) filter (where after_end) as replayed, max(at) as last_used_at,
           coalesce(array_agg(distinct scope) filter (where scope is not null), '{}') as scopes
    from call group by jti
  )
  update token t
  set calls = t.calls + s.calls, refused = t.refused + s.refused, replayed = t.replayed + s.replayed,
      last_used_at = greatest(t.last_used_at, s.last_used_at),
      scopes_used = (select coalesce(array_agg(distinct u), '{}') from unnest(t.scopes_used || s.scopes) u where u = any (t.scopes))
  from summed s where t.jti = s.jti`;
