import { type Sql, sql, sqlState } from '#server/db/sql.ts';
import { CHANNEL } from '#server/live/announce.ts';

export type LogStream = 'stdout' | 'stderr' | 'system';

export interface NewLogChunk {
  readonly seq: number;
  readonly stream: LogStream;
  readonly at: Date;
  readonly content: Buffer;
}

/** Where chunks belong, and who may still write there. */
export interface LogOwner {
  readonly attemptId: number;
  readonly executionId: number;
  readonly number: number;
  readonly workerId: number;
}

/**
 * Appends output and tells whoever follows it.
 *
 * @returns false when the attempt is not this worker's any more: nothing was written
 */
export async function appendLog(owner: LogOwner, chunks: readonly NewLogChunk[]): Promise<boolean> {
  const { executionId, number, attemptId, workerId } = owner;
  const column = <T>(of: (chunk: NewLogChunk) => T): T[] => chunks.map(of);
  try {
    const told = await sql.query(APPEND, [
      executionId,
      number,
      column(({ seq }) => seq),
      column(({ stream }) => stream),
      column(({ at }) => at.toISOString()),
      column(({ content }) => content),
      attemptId,
      workerId,
    ]);
    return told.length === 1;
  } catch (error) {
    // The same chunks again, after an answer that got lost: the first time did it.
    if (sqlState(error) === UNIQUE_VIOLATION) return true;
    throw error;
  }
}

const APPEND = `
  with inserted as (
    insert into log_chunk (execution_id, seq, attempt, stream, at, content)
    select $1, c.seq, $2, c.stream, c.at, c.content
    from unnest($3::int[], $4::text[], $5::timestamptz[], $6::bytea[]) as c (seq, stream, at, content)
    where exists (select 1 from attempt a where a.id = $7 and a.worker_id = $8 and a.status = 'running')
    returning 1
  )
  select pg_notify('${CHANNEL}', 'execution:' || $1::text) where exists (select 1 from inserted)`;

const UNIQUE_VIOLATION = '23505';

export interface LogChunkRow {
  readonly seq: number;
  readonly attempt: number;
  readonly stream: LogStream;
  readonly at: Date;
  readonly content: Buffer;
}

interface ChunkFilter {
  readonly afterSeq: number;
  readonly streams: readonly LogStream[];
  readonly attempt: number | null;
  readonly limit: number;
}

export const listLogChunks = (
  on: Sql,
  executionId: number,
  filter: ChunkFilter,
): Promise<LogChunkRow[]> =>
  on.query<LogChunkRow>(
    `select seq, attempt, stream, at, content from log_chunk
     where execution_id = $1 and seq > $2 and stream = any ($3) and ($4::int is null or attempt = $4)
     order by seq limit $5`,
    [executionId, filter.afterSeq, filter.streams, filter.attempt, filter.limit],
  );

/** The newest chunks that hold at least `lines` line breaks, or all there are, oldest first. */
export async function listLastChunks(
  on: Sql,
  executionId: number,
  streams: readonly LogStream[],
  attempt: number | null,
  chunksMax: number,
): Promise<LogChunkRow[]> {
  const rows = await on.query<LogChunkRow>(
    `select seq, attempt, stream, at, content from log_chunk
     where execution_id = $1 and stream = any ($2) and ($3::int is null or attempt = $3) order by seq desc limit $4`,
    [executionId, streams, attempt, chunksMax],
  );
  return rows.toReversed();
}
