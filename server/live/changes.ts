import pg from 'pg';
import { connection } from '#server/db/pool.ts';
import { log } from '#server/log.ts';
import { CHANNEL, type Topic } from './announce.ts';

type Listener = () => void;

const RECONNECT_MS = 500;
const listeners = new Map<string, Set<Listener>>();
let client: pg.Client | undefined;
let connecting: Promise<void> | undefined;
let closed = false;

/**
 * Calls `listener` whenever one of `topics` may have changed, and after the connection was lost and is back, since
 * something may have been missed. A hint, never data.
 *
 * @returns how to stop
 */
export function onChange(topics: readonly Topic[], listener: Listener): () => void {
  for (const topic of topics) {
    const those = listeners.get(topic) ?? new Set();
    those.add(listener);
    listeners.set(topic, those);
  }
  closed = false;
  void listen();
  return () => {
    for (const topic of topics) {
      const those = listeners.get(topic);
      those?.delete(listener);
      if (those?.size === 0) listeners.delete(topic);
    }
  };
}

/** Yields at once, then after each change of `topics` until `signal`; changes while the reader is busy become one. */
export async function* changes(
  topics: readonly Topic[],
  signal: AbortSignal,
  { backstopMs = 5_000 }: { backstopMs?: number } = {},
): AsyncGenerator<void> {
  let pending = true;
  let wake: (() => void) | undefined;
  const ring = () => {
    pending = true;
    wake?.();
  };
  const stop = onChange(topics, ring);
  const timer = setInterval(ring, backstopMs);
  signal.addEventListener('abort', ring);
  try {
    while (!signal.aborted) {
      if (!pending) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        wake = undefined;
      }
      pending = false;
      if (!signal.aborted) yield;
    }
  } finally {
    stop();
    clearInterval(timer);
    signal.removeEventListener('abort', ring);
  }
}

/** Resolves once changes can be heard; whatever commits after that is not missed. */
export async function listen(): Promise<void> {
  if (client !== undefined) return;
  connecting ??= connect().finally(() => {
    connecting = undefined;
  });
  await connecting;
}

async function connect(): Promise<void> {
  const next = new pg.Client({ ...connection(), application_name: 'attune live' });
  const retry = () => {
    if (client === next) client = undefined;
    if (!closed) setTimeout(() => void listen(), RECONNECT_MS).unref();
  };
  next.on('error', (error) => log.debug({ err: error }, 'the live connection broke'));
  next.on('notification', ({ payload }) => tell(payload?.split(' ') ?? []));
  try {
    await next.connect();
    await next.query(`listen ${CHANNEL}`);
    next.on('end', retry);
    client = next;
    tell([...listeners.keys()]);
  } catch (error) {
    log.warn({ err: error }, 'the live connection cannot be opened');
    await next.end().catch(() => undefined);
    retry();
  }
}

function tell(topics: readonly string[]): void {
  const those = new Set(topics.flatMap((topic) => [...(listeners.get(topic) ?? [])]));
  for (const listener of those) listener();
}

export async function closeLive(): Promise<void> {
  closed = true;
  const last = client;
  client = undefined;
  await last?.end().catch(() => undefined);
}
