import { setTimeout as delay } from 'node:timers/promises';

export interface Read {
  readonly path: string;
  readonly status: number;
  readonly ms: number;
}

/** What people look at: pages as a browser reads them, and the API. */
const PATHS = ['/api/v1/executions?limit=50', '/api/v1/events', '/', '/executions', '/events'];
const PAUSE_MS = 50;

/** Reads one path after the other until it is told to stop. */
export async function readMeanwhile(
  url: string,
  cookie: string,
  signal: AbortSignal,
): Promise<Read[]> {
  const reads: Read[] = [];
  for (let at = 0; !signal.aborted; at++) {
    const path = PATHS[at % PATHS.length] ?? '/';
    const begunAt = performance.now();
    const response = await fetch(`${url}${path}`, { headers: { cookie }, redirect: 'manual' });
    await response.text();
    reads.push({ path, status: response.status, ms: performance.now() - begunAt });
    await delay(PAUSE_MS);
  }
  return reads;
}
