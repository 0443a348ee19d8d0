import { notFound } from 'next/navigation';
import { cache } from 'react';
import type { Execution } from '#lib/contracts/executions.ts';
import { AppError } from '#lib/errors.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getEnforcement } from '#server/enforcements/service.ts';
import { getEvent } from '#server/events/service.ts';
import { getExecution, listAttempts, listExecutions } from '#server/executions/service.ts';
import { getTokenStatus } from '#server/tokens/service.ts';

const CHILDREN_MAX = 50;
/** The newest of them are linked, and the rest are in the list. */
const RERUNS_MAX = 3;
/** Of more runs of one action nobody asks which of them share a key. */
const RUNNING_MAX = 50;

/** The run that an address means. Once per request, although both the metadata and the page need it. */
export const loadRun = cache(async (id: string) => {
  const actor = await requireActor();
  if (!/^[1-9]\d{0,14}$/.test(id)) notFound();
  return (await orNull(getExecution(actor, Number(id)))) ?? notFound();
});

/** The run with all that its frame shows. */
export async function loadRunFrame(id: string, attempt: number | undefined) {
  const [actor, run] = await Promise.all([requireActor(), loadRun(id)]);
  const [attempts, children, event, enforcement, token, places, again] = await Promise.all([
    listAttempts(actor, run.id),
    listExecutions(actor, { parent: run.id, page_size: CHILDREN_MAX }),
    run.event === null ? null : orNull(getEvent(actor, run.event)),
    run.enforcement === null ? null : orNull(getEnforcement(actor, run.enforcement)),
    orNull(getTokenStatus(actor, run.id, attempt)),
    run.status === 'scheduling' ? findPlaces(actor, run) : null,
    listExecutions(actor, { rerun_of: run.id, page_size: RERUNS_MAX }),
  ]);
  return { actor, run, attempts, children, event, enforcement, token, places, again };
}

type Actor = Awaited<ReturnType<typeof requireActor>>;

/** The runs that hold the places which this one waits for, oldest first; null when they are too many to tell. */
async function findPlaces(actor: Actor, run: Execution): Promise<number[] | null> {
  const { items, pagination } = await listExecutions(actor, {
    action_ref: run.action_ref,
    status: ['running', 'canceling'],
    page_size: RUNNING_MAX,
  });
  if (pagination.has_next || run.concurrency === null) return null;
  const { key } = run.concurrency;
  const runs = await Promise.all(items.map(({ id }) => orNull(getExecution(actor, id))));
  return runs
    .flatMap((each) => (each?.concurrency?.key === key ? each.id : []))
    .toSorted((a, b) => a - b);
}

/** What is gone, or none of the reader's business, is left out. */
async function orNull<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof AppError && (error.code === 'NOT_FOUND' || error.code === 'FORBIDDEN'))
      return null;
    throw error;
  }
}
