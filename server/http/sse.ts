import { onSilence } from '#server/live/changes.ts';
import { tellOutage } from './tell-outage.ts';

/** One event of a stream; `id` is what a browser sends back as `Last-Event-ID`. */
export interface ServerSentEvent {
  readonly id?: string | number;
  readonly event: string;
  readonly data: unknown;
}

const HEARTBEAT_MS = 10_000;
const STILL_HERE = ': still here\n\n';

interface Reader {
  readonly request: Request;
  readonly isStillAdmitted: () => Promise<boolean>;
}

/**
 * Turns events into a `text/event-stream`. A comment every 10 s tells the browser, and every proxy, that we live. It is
 * also when the reader's token is looked at again: a stream outlives the right to read it by no more than that.
 */
export function sseResponse(
  { request, isStillAdmitted }: Reader,
  events: (signal: AbortSignal) => AsyncIterable<ServerSentEvent>,
  heartbeatMs = HEARTBEAT_MS,
): Response {
  const encoder = new TextEncoder();
  const controller = new AbortController();
  const end = () => controller.abort();
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => {
      request.signal.addEventListener('abort', end, { once: true });
      void pump(stream);
    },
    cancel: end,
  });

  async function pump(stream: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    const write = (text: string) => {
      if (!controller.signal.aborted) stream.enqueue(encoder.encode(text));
    };
    // What it waits for may be half a minute away; its reader is told now, and asks for itself how things are.
    const stopHearing = onSilence(() => write(format({ event: 'outage', data: {} })));
    let isAsking = false;
    const beat = async () => {
      // A database that hangs makes the answer late. That is no reason to look dead, nor to ask once more.
      if (isAsking) return write(STILL_HERE);
      isAsking = true;
      const isAdmitted = await isStillAdmitted();
      isAsking = false;
      if (isAdmitted) write(STILL_HERE);
      else if (!controller.signal.aborted) {
        end();
        stream.close();
      }
    };
    const heartbeat = setInterval(() => void beat(), heartbeatMs);
    try {
      write('retry: 1000\n\n');
      for await (const event of events(controller.signal)) {
        write(format(event));
        // A reader that does not keep up makes us wait, instead of filling our memory.
        while ((stream.desiredSize ?? 1) < -256 && !controller.signal.aborted) {
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      }
      if (!controller.signal.aborted) stream.close();
    } catch (error) {
      await tellOutage(error, (event) => write(format(event)), controller.signal);
      if (!controller.signal.aborted) stream.error(error);
    } finally {
      clearInterval(heartbeat);
      stopHearing();
      request.signal.removeEventListener('abort', end);
      end();
    }
  }

  return new Response(body, {
    headers: {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
    },
  });
}

const format = ({ id, event, data }: ServerSentEvent): string =>
  `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;

/** The number of the last event that a reader has seen; -1 when it has seen none, or says what is no number of ours. */
export function readLastEventId(request: Request): number {
  const given = request.headers.get('last-event-id') ?? '';
  return /^\d{1,9}$/.test(given) ? Number(given) : -1;
}
