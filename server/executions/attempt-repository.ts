import type { AttemptStatus } from '#lib/domain/attempt-status.ts';
import type { Isolation } from '#lib/domain/isolation.ts';
import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import type { Sql } from '#server/db/sql.ts';

/** How the processes of an attempt came to their end. */
export interface Ending {
  readonly signals: readonly { readonly signal: string; readonly at: string }[];
  /** Null when it cannot be proven. */
  readonly left: number | null;
  readonly kill_proven: boolean;
  readonly processes_ended: number | null;
  /** From the first signal to the end; absent when none was sent. */
  readonly grace_used_ms?: number | null;
  /** exit, our_signal, other_signal, out_of_memory, exit_or_signal (nobody can tell) or host_ended. */
  readonly cause?: string | null;
}

export interface AttemptRow {
  readonly id: number;
  readonly number: number;
  readonly status: AttemptStatus;
  readonly worker_id: number;
  readonly worker_name: string | null;
  readonly claimed_at: Date;
  readonly process_started_at: Date | null;
  readonly ended_at: Date | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly end_reason: string | null;
  readonly result: JsonObject | null;
  readonly ending: Ending | null;
  readonly isolation: Isolation | null;
  /** What its process might use; null until there is one. */
  readonly limits: JsonObject | null;
  readonly stdout_bytes: number;
  readonly stderr_bytes: number;
  readonly truncated_bytes: number;
  readonly masked: Record<string, number> | null;
}

export const listAttempts = (on: Sql, executionId: number): Promise<AttemptRow[]> =>
  on.query<AttemptRow>(
    `select a.id, a.number, a.status, a.worker_id, w.name as worker_name, a.claimed_at, a.process_started_at, a.ended_at,
            a.exit_code, a.signal, a.end_reason, a.result, a.ending, a.isolation, (select s.limits from environment_snapshot s where s.attempt_id = a.id) as limits, a.stdout_bytes, a.stderr_bytes,
            a.truncated_bytes, a.masked
     from attempt a left join worker w on w.id = a.worker_id
     where a.execution_id = $1 order by a.number`,
    [executionId],
  );

export interface SnapshotRow {
  readonly attempt: number;
  readonly variables: JsonValue;
  readonly refused: JsonValue;
  readonly command: string[];
  readonly cwd: string;
  readonly user_name: string;
  readonly isolation: Isolation;
  readonly limits: JsonObject;
  readonly runtime: string;
  readonly runtime_version: string | null;
  readonly pack_version: string | null;
  readonly pack_digest: string | null;
  readonly created: Date;
}

/**
 * The snapshot of one attempt, the last one's when none is named; null before its process was about to start. It says
 * the isolation of the worker until that of the process itself is known.
 */
export async function findSnapshot(
  on: Sql,
  executionId: number,
  attempt: number | null,
): Promise<SnapshotRow | null> {
  const [row] = await on.query<SnapshotRow>(
    `select a.number as attempt, s.variables, s.refused, s.command, s.cwd, s.user_name,
            coalesce(a.isolation, s.isolation) as isolation, s.limits, s.runtime,
            s.runtime_version, s.pack_version, s.pack_digest, s.created
     from attempt a join environment_snapshot s on s.attempt_id = a.id
     where a.execution_id = $1 and ($2::int is null or a.number = $2) order by a.number desc limit 1`,
    [executionId, attempt],
  );
  return row ?? null;
}
