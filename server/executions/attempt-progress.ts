import type { JsonObject } from '#lib/domain/json.ts';
import { sql } from '#server/db/sql.ts';
import type { AttemptFence } from './fence.ts';

/** Writes down when the process of an attempt began; fenced like every write of a worker. */
export const recordStart = (
  { id, worker_id: workerId, epoch }: AttemptFence,
  startedAt: Date,
  isolation: unknown,
): Promise<unknown[]> =>
  sql.query(
    `update attempt set process_started_at = $4, isolation = $5::jsonb
     where id = $1 and worker_id = $2 and epoch = $3 and status = 'running'`,
    [id, workerId, epoch, startedAt, JSON.stringify(isolation)],
  );

/** What a process is about to get; written once, before it starts. */
export interface Snapshot {
  readonly variables: unknown;
  readonly refused: unknown;
  readonly command: readonly string[];
  readonly cwd: string;
  readonly userName: string;
  readonly isolation: unknown;
  readonly limits: JsonObject;
  readonly runtime: string;
  readonly runtimeVersion: string | null;
  readonly packVersion: string | null;
  readonly packDigest: string | null;
}

/**
 * Keeps the snapshot of an attempt.
 *
 * @returns false when the attempt was not this worker's any more
 */
export async function recordSnapshot(
  { id, worker_id: workerId, epoch }: AttemptFence,
  snapshot: Snapshot,
): Promise<boolean> {
  const rows = await sql.query(
    `with ours as (
       select id from attempt where id = $1 and worker_id = $2 and epoch = $13 and status = 'running' for share
     ), kept as (
       insert into environment_snapshot (attempt_id, variables, command, cwd, user_name, isolation, limits, runtime,
                                         runtime_version, pack_version, pack_digest, refused)
       select id, $3::jsonb, $4::jsonb, $5, $6, $7::jsonb, $8::jsonb, $9, $10, $11, $12, $14::jsonb from ours
       on conflict (attempt_id) do nothing -- the same again, after an answer that got lost
     )
     select 1 from ours`,
    [
      id,
      workerId,
      JSON.stringify(snapshot.variables),
      JSON.stringify(snapshot.command),
      snapshot.cwd,
      snapshot.userName,
      JSON.stringify(snapshot.isolation),
      JSON.stringify(snapshot.limits),
      snapshot.runtime,
      snapshot.runtimeVersion,
      snapshot.packVersion,
      snapshot.packDigest,
      epoch,
      JSON.stringify(snapshot.refused),
    ],
  );
  return rows.length === 1;
}

/** Somebody wants an attempt to end. */
export interface CancelRequestRow {
  readonly attempt_id: number;
  readonly by: string;
  readonly reason: string | null;
  /** Its token was revoked: that is why it is to end. */
  readonly token_revoked: boolean;
}

/** Which of a worker's executions somebody wants to end. */
export const findCancelRequests = (workerId: number): Promise<CancelRequestRow[]> =>
  sql.query(
    `select a.id as attempt_id, e.cancel_requested_by as by, e.cancel_reason as reason,
            exists (select 1 from token t where t.attempt_id = a.id and t.end_reason = 'revoked') as token_revoked
     from attempt a join execution e on e.id = a.execution_id
     where a.worker_id = $1 and a.status = 'running' and e.status = 'canceling'`,
    [workerId],
  );
