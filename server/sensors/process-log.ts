import { inTransaction, sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import type { SensorLease } from './process-repository.ts';

/** What a sensor wrote, or what the platform has to say about it. */
export type SensorLogStream = 'stdout' | 'stderr' | 'system';

export interface SensorLogPart {
  readonly stream: SensorLogStream;
  /** Masked already. */
  readonly content: Uint8Array;
}

/** Appends to the log of a sensor that is ours; one that is not is left alone. */
export const appendSensorLog = (
  lease: SensorLease,
  parts: readonly SensorLogPart[],
): Promise<void> =>
  inTransaction(async (tx) => {
    const rows = await tx.query(
      `with mine as (
         select 1 from sensor_process where sensor_id = $1 and worker_id = $2 and generation = $3
       ), last as (
         select coalesce(max(seq), 0) as seq from sensor_log_chunk where sensor_id = $1
       )
       insert into sensor_log_chunk (sensor_id, seq, stream, content)
       select $1, last.seq + part.n, part.stream, part.content
       from mine, last, unnest($4::text[], $5::bytea[]) with ordinality as part (stream, content, n)
       returning seq`,
      [
        lease.sensorId,
        lease.workerId,
        lease.generation,
        parts.map(({ stream }) => stream),
        parts.map(({ content }) =>
          Buffer.from(content.buffer, content.byteOffset, content.byteLength),
        ),
      ],
    );
    if (rows.length > 0) await announce(tx, `sensor_log:${lease.sensorId}`);
  });

/** Deletes the oldest parts beyond `bytesMax`. */
export const trimSensorLog = (sensorId: number, bytesMax: number): Promise<unknown> =>
  sql.query(
    `delete from sensor_log_chunk c
     using (select seq, sum(octet_length(content)) over (order by seq desc) as bytes
            from sensor_log_chunk where sensor_id = $1) newer
     where c.sensor_id = $1 and c.seq = newer.seq and newer.bytes > $2`,
    [sensorId, bytesMax],
  );
