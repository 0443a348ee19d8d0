import type { LogChunk } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import type { Actor } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { timestamp } from '#server/http/paging.ts';
import type { ServerSentEvent } from '#server/http/sse.ts';
import { changes } from '#server/live/changes.ts';
import { Decoders } from '#server/live/decoders.ts';
import {
  listEndsBefore,
  listLastChunks,
  listLogChunks,
  type LogChunkRow,
  type LogStream,
} from './log-repository.ts';
import { getExecution } from './service.ts';

export interface LogQuery {
  readonly stream: LogStream | 'all';
  readonly attempt?: number | undefined;
  readonly tail?: number | undefined;
}

const STREAMS: readonly LogStream[] = ['stdout', 'stderr', 'system'];
const CHUNKS_AT_ONCE = 200;

const streamsOf = ({ stream }: LogQuery): readonly LogStream[] =>
  stream === 'all' ? STREAMS : [stream];

/**
 * The output of one execution after chunk `afterSeq`, as it grows, then one `end` event. A client that reconnects
 * passes the last id it saw and misses nothing.
 */
export async function* followLogs(
  actor: Actor,
  id: number,
  query: LogQuery & { readonly afterSeq: number },
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  let seq = query.afterSeq;
  let told = '';
  const decoders = new Decoders();
  // A reader that comes back may have gone between two halves of a character.
  if (seq >= 0) {
    const filter = { streams: streamsOf(query), attempt: query.attempt ?? null };
    for (const row of await listEndsBefore(sql, id, seq, filter))
      decoders.decode(nameOf(row), row.content);
  }
  for await (const _ of changes([`execution:${id}`], signal)) {
    // Status first: a chunk written between the two reads must not be lost by ending too early.
    const { status } = await getExecution(actor, id);
    let rows: LogChunkRow[];
    do {
      rows = await listLogChunks(sql, id, {
        afterSeq: seq,
        streams: streamsOf(query),
        attempt: query.attempt ?? null,
        limit: CHUNKS_AT_ONCE,
      });
      for (const row of rows) {
        seq = row.seq;
        yield { id: seq, event: 'log', data: toChunk(row, decoders) };
      }
    } while (rows.length === CHUNKS_AT_ONCE && !signal.aborted);
    if (status !== told) yield { event: 'changed', data: { status } };
    told = status;
    if (isFinal(status)) {
      yield { event: 'end', data: { status } };
      return;
    }
  }
}

const toChunk = (row: LogChunkRow, decoders: Decoders): LogChunk => ({
  seq: row.seq,
  attempt: row.attempt,
  stream: row.stream,
  at: timestamp(row.at),
  text: decoders.decode(nameOf(row), row.content),
});

const nameOf = ({ attempt, stream }: LogChunkRow): string => `${attempt} ${stream}`;

/** The output so far as bytes, read and sent piece by piece; memory stays bounded. */
export function readLogs(id: number, query: LogQuery): ReadableStream<Uint8Array> {
  if (query.tail !== undefined) return tailOf(id, query, query.tail);
  let seq = -1;
  return new ReadableStream({
    pull: async (stream) => {
      const rows = await listLogChunks(sql, id, {
        afterSeq: seq,
        streams: streamsOf(query),
        attempt: query.attempt ?? null,
        limit: CHUNKS_AT_ONCE,
      });
      for (const row of rows) stream.enqueue(row.content);
      const last = rows.at(-1);
      if (last === undefined) stream.close();
      else seq = last.seq;
    },
  });
}

/** Each line of a tail begins in one chunk, so that many chunks of the end hold at least that many lines. */
function tailOf(id: number, query: LogQuery, lines: number): ReadableStream<Uint8Array> {
  return new ReadableStream({
    pull: async (stream) => {
      const rows = await listLastChunks(sql, id, streamsOf(query), query.attempt ?? null, lines);
      const bytes = Buffer.concat(rows.map(({ content }) => content));
      let from = bytes.length - (bytes.at(-1) === 10 ? 1 : 0);
      for (let left = lines; left > 0 && from > 0; left--) from = bytes.lastIndexOf(10, from - 1);
      stream.enqueue(bytes.subarray(from <= 0 ? 0 : from + 1));
      stream.close();
    },
  });
}
