import type { z } from 'zod';
import {
  CHANGE_TOPICS,
  type ChangeNews,
  type ChangeTopic,
  type streamChanges,
} from '#lib/contracts/changes.ts';
import { type Actor, can, forbidden } from '#server/auth/actor.ts';
import type { ServerSentEvent } from '#server/http/sse.ts';
import { changedTopics } from '#server/live/changed-topics.ts';

/** Two words a second are as much as a page can show. */
const EVERY_MS = 500;
const BACKSTOP_MS = 30_000;

/**
 * Which lists changed, for those who may read them. A hint: whoever hears it reads its list again. Nothing between two
 * connections is lost: each event's id is the instant from which the next connection goes on.
 *
 * @param lastEventId what a browser that comes back has seen last; null for a new one
 * @throws AppError `FORBIDDEN` when the actor may read none of the topics
 */
export function followChanges(
  actor: Actor,
  { topics, since }: z.output<typeof streamChanges.query>,
  lastEventId: string | null,
): (signal: AbortSignal) => AsyncGenerator<ServerSentEvent> {
  const heard = [...new Set(topics)].filter((topic) => can(actor, CHANGE_TOPICS[topic]));
  const [first] = topics;
  if (heard.length === 0 && first !== undefined) throw forbidden(CHANGE_TOPICS[first]);
  const sinceMs = toMs(lastEventId) ?? (since === undefined ? null : Date.parse(since));
  return (signal) => tell(heard, sinceMs, signal);
}

async function* tell(
  topics: readonly ChangeTopic[],
  sinceMs: number | null,
  signal: AbortSignal,
): AsyncGenerator<ServerSentEvent> {
  // What was before it is told next; a connection that breaks in between goes on from where the one before it was.
  yield news('hello', topics, sinceMs ?? Date.now());
  const pace = { everyMs: EVERY_MS, backstopMs: BACKSTOP_MS };
  for await (const changed of changedTopics(topics, sinceMs, signal, pace))
    yield news('changed', changed, Date.now());
}

const news = (
  event: 'hello' | 'changed',
  topics: readonly ChangeTopic[],
  atMs: number,
): ServerSentEvent => ({
  id: atMs,
  event,
  data: { topics: [...topics], at: new Date(atMs).toISOString() } satisfies ChangeNews,
});

/** The instant that an id of ours is; null for what is none. */
const toMs = (id: string | null): number | null =>
  id !== null && /^\d{13}$/.test(id) ? Number(id) : null;
