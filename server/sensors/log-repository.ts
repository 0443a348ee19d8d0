import { sql } from '#server/db/sql.ts';
import type { SensorLogStream } from './process-log.ts';

/** Of one stream, or of all. */
export type SensorLogFilter = SensorLogStream | 'all';

export interface SensorLogRow {
  readonly seq: number;
  readonly stream: SensorLogStream;
  readonly at: Date;
  readonly content: Buffer;
}

/** Kept in memory while a request reads it. */
const LOG_BYTES_MAX = 8 * 1024 * 1024;
const CHUNKS_MAX = 5_000;
/** A character of UTF-8 takes at most so many bytes, and a chunk holds at least one. */
const CHARACTER_BYTES_MAX = 4;

const COLUMNS = 'seq::float8 as seq, stream, at, content';
const streamOf = (stream: SensorLogFilter): string | null => (stream === 'all' ? null : stream);

/** The end of a sensor's log, oldest first. */
export const readLogEnd = (sensorId: number, stream: SensorLogFilter): Promise<SensorLogRow[]> =>
  sql.query<SensorLogRow>(
    `select ${COLUMNS} from (
       select l.*, sum(octet_length(l.content)) over (order by l.seq desc) as bytes from (
         select * from sensor_log_chunk where sensor_id = $1 and ($2::text is null or stream = $2)
         order by seq desc limit $3) l) c
     where c.bytes - octet_length(c.content) < $4 order by c.seq`,
    [sensorId, streamOf(stream), CHUNKS_MAX, LOG_BYTES_MAX],
  );

/** What came after chunk `afterSeq`, oldest first. */
export const listLogChunks = (
  sensorId: number,
  {
    afterSeq,
    stream,
    limit,
  }: { readonly afterSeq: number; readonly stream: SensorLogFilter; readonly limit: number },
): Promise<SensorLogRow[]> =>
  sql.query<SensorLogRow>(
    `select ${COLUMNS} from sensor_log_chunk
     where sensor_id = $1 and seq > $2 and ($3::text is null or stream = $3) order by seq limit $4`,
    [sensorId, afterSeq, streamOf(stream), limit],
  );

/** The ends of what came up to chunk `seq`, oldest first: enough of each stream to know whether a character is open. */
export const listEndsBefore = (
  sensorId: number,
  seq: number,
  stream: SensorLogFilter,
): Promise<SensorLogRow[]> =>
  sql.query<SensorLogRow>(
    `select c.seq::float8 as seq, c.stream, c.at,
            substring(c.content from greatest(1, octet_length(c.content) - ${CHARACTER_BYTES_MAX - 1})) as content
     from unnest(array['stdout', 'stderr', 'system']) as s (stream), lateral (
       select * from sensor_log_chunk
       where sensor_id = $1 and seq <= $2 and stream = s.stream and ($3::text is null or stream = $3)
       order by seq desc limit ${CHARACTER_BYTES_MAX}
     ) c order by c.seq`,
    [sensorId, seq, streamOf(stream)],
  );
