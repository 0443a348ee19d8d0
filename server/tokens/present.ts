import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { timestamp, timestampOrNull } from '#server/http/paging.ts';
import type { TokenCallRow, TokenStatusRow } from './repository.ts';

export const presentToken = (row: TokenStatusRow, calls: readonly TokenCallRow[]): TokenStatus => ({
  id: row.jti,
  kind: row.kind,
  state: stateOf(row),
  attempt: row.attempt,
  execution: row.execution_id,
  sensor: row.sensor_id,
  key_id: row.kid,
  issued_at: timestamp(row.issued_at),
  expires_at: timestamp(row.expires_at),
  ended_at: timestampOrNull(row.ended_at),
  end_reason: row.end_reason,
  ms_after_run:
    row.ended_at && row.run_ended_at && row.ended_at.getTime() - row.run_ended_at.getTime(),
  scopes: row.scopes.map((scope) => ({ scope, used: row.scopes_used.includes(scope) })),
  calls: row.calls,
  refused: row.refused,
  replayed: row.replayed,
  last_used_at: timestampOrNull(row.last_used_at),
  recent_calls: calls.map(({ at, ...call }) => ({ at: timestamp(at), ...call })),
});

export function stateOf({
  ended_at: endedAt,
  expired,
}: Pick<TokenStatusRow, 'ended_at' | 'expired'>): TokenStatus['state'] {
  if (endedAt !== null) return 'ended';
  return expired ? 'expired' : 'active';
}
