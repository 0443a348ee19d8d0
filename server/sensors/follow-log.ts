import type { LogChunk } from '#lib/contracts/executions.ts';
import type { Actor } from '#server/auth/actor.ts';
import { prisma } from '#server/db/prisma.ts';
import { timestamp } from '#server/http/paging.ts';
import type { ServerSentEvent } from '#server/http/sse.ts';
import { changes } from '#server/live/changes.ts';
import { Decoders } from '#server/live/decoders.ts';
import * as log from './log-repository.ts';
import { getSensorRow } from './service.ts';

interface SensorLogFilter {
  readonly stream: log.SensorLogFilter;
  /** The last chunk that the reader has seen; -1: none, so it gets the end of what there is. */
  readonly afterSeq: number;
}

const CHUNKS_AT_ONCE = 200;

/**
 * The end of a sensor's log and then what comes, over all of its processes; `changed` with the state of the process
 * whenever it is another. It never ends by itself: a sensor that is stopped may be started again. A client that
 * reconnects passes the last id it saw and misses nothing.
 */
export async function* followSensorLog(
  actor: Actor,
  ref: string,
  { stream, afterSeq }: SensorLogFilter,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  const { id } = await getSensorRow(prisma(), actor, ref, 'sensors:read');
  const decoders = new Decoders();
  const toEvent = (row: log.SensorLogRow): ServerSentEvent => ({
    id: row.seq,
    event: 'log',
    data: toChunk(row, decoders.decode(row.stream, row.content)),
  });
  let seq = afterSeq;
  let told = '';
  // A reader that comes back may have gone between two halves of a character.
  if (seq >= 0)
    for (const row of await log.listEndsBefore(id, seq, stream))
      decoders.decode(row.stream, row.content);
  for await (const _ of changes([`sensor_log:${id}`, `sensor:${id}`], signal)) {
    const { process } = await getSensorRow(prisma(), actor, ref, 'sensors:read');
    if (seq < 0) {
      for (const row of await log.readLogEnd(id, stream)) {
        seq = row.seq;
        yield toEvent(row);
      }
    }
    let rows: log.SensorLogRow[];
    do {
      rows = await log.listLogChunks(id, { afterSeq: seq, stream, limit: CHUNKS_AT_ONCE });
      for (const row of rows) {
        seq = row.seq;
        yield toEvent(row);
      }
    } while (rows.length === CHUNKS_AT_ONCE && !signal.aborted);
    const status = process?.status ?? 'stopped';
    if (status !== told) yield { event: 'changed', data: { status } };
    told = status;
  }
}

// A sensor has no attempts: its log is one, whichever process wrote it.
const toChunk = ({ seq, stream, at }: log.SensorLogRow, text: string): LogChunk => ({
  seq,
  attempt: 1,
  stream,
  at: timestamp(at),
  text,
});
