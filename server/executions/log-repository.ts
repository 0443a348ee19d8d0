import { type Sql, sql, sqlState } from '#server/db/sql.ts';
import type { AttemptFence } from './fence.ts';
import { CHANNEL } from '#server/live/announce.ts';

export type LogStream = 'stdout' | 'stderr' | 'system';

export interface NewLogChunk {
  readonly seq: number;
  readonly stream: LogStream;
  readonly at: Date;
  readonly content: Buffer;
}

/** Where chunks belong, and who may still write there. */
export interface LogOwner extends AttemptFence {
  readonly execution_id: number;
  readonly number: number;
}

/**
 * Appends output and tells whoever follows it.
 *
 * @returns false when the attempt is not this worker's any more: nothing was written
 */
export async function appendLog(owner: LogOwner, chunks: readonly NewLogChunk[]): Promise<boolean> {
  const { execution_id: executionId, number, id, worker_id: workerId, epoch } = owner;
  const column = <T>(of: (chunk: NewLogChunk) => T): T[] => chunks.map(of);
  try {
    const told = await sql.query(APPEND, [
      executionId,
      number,
      column(({ seq }) => seq),
      column(({ stream }) => stream),
      column(({ at }) => at.toISOString()),
      column(({ content }) => content),
      id,
      workerId,
      epoch,
    ]);
    return told.length === 1;
  } catch (error) {
    // The same chunks again, after an answer that got lost: the first time did it.
    if (sqlState(error) === UNIQUE_VIOLATION) return isAttemptOurs(owner);
    throw error;
  }
}

const APPEND = `
  with ours as materialized (
    -- Locked: the attempt cannot end, and the next one begin its own numbers, between this look and the insert.
    select id from attempt where id = $7 and worker_id = $8 and epoch = $9 and status = 'running' for share
  ), inserted as (
    insert into log_chunk (execution_id, seq, attempt, stream, at, content)
    select $1, c.seq, $2, c.stream, c.at, c.content
    from unnest($3::int[], $4::text[], $5::timestamptz[], $6::bytea[]) as c (seq, stream, at, content)
    where exists (select 1 from ours)
    returning 1
  )
  select pg_notify('${CHANNEL}', 'execution:' || $1::text) where exists (select 1 from inserted)`;

async function isAttemptOurs({ id, worker_id: workerId, epoch }: AttemptFence): Promise<boolean> {
  const rows = await sql.query(
    `select 1 from attempt where id = $1 and worker_id = $2 and epoch = $3 and status = 'running'`,
    [id, workerId, epoch],
  );
  return rows.length === 1;
}

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

/** A character of UTF-8 takes at most so many bytes, and a chunk holds at least one. */
const CHARACTER_BYTES_MAX = 4;

/** The ends of what came up to chunk `seq`, oldest first: enough of each stream to know whether a character is open. */
export const listEndsBefore = (
  on: Sql,
  executionId: number,
  seq: number,
  { streams, attempt }: Pick<ChunkFilter, 'streams' | 'attempt'>,
): Promise<LogChunkRow[]> =>
  on.query<LogChunkRow>(
    `select c.seq, c.attempt, c.stream, c.at, c.content
     from unnest($2::text[]) as s (stream), lateral (
       select seq, attempt, stream, at, substring(content from greatest(1, octet_length(content) - ${CHARACTER_BYTES_MAX - 1})) as content
       from log_chunk
       where execution_id = $1 and seq <= $3 and stream = s.stream and ($4::int is null or attempt = $4)
       order by seq desc limit ${CHARACTER_BYTES_MAX}
     ) c order by c.seq`,
    [executionId, streams, seq, attempt],
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
