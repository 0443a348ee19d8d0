import { notFound } from 'next/navigation';
import { cache } from 'react';
import { AppError } from '#lib/errors.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getEnforcement } from '#server/enforcements/service.ts';
import { getEvent } from '#server/events/service.ts';
import { getExecution, listAttempts, listExecutions } from '#server/executions/service.ts';
import { getTokenStatus } from '#server/tokens/service.ts';

const CHILDREN_MAX = 50;

/** The run that an address means. Once per request, although both the metadata and the page need it. */
export const loadRun = cache(async (id: string) => {
  const actor = await requireActor();
  if (!/^[1-9]\d{0,14}$/.test(id)) notFound();
  return (await orNull(getExecution(actor, Number(id)))) ?? notFound();
});

/** The run with all that its frame shows. */
export async function loadRunFrame(id: string, attempt: number | undefined) {
  const [actor, run] = await Promise.all([requireActor(), loadRun(id)]);
  const [attempts, children, event, enforcement, token] = await Promise.all([
    listAttempts(actor, run.id),
    listExecutions(actor, { parent: run.id, page_size: CHILDREN_MAX }),
    run.event === null ? null : orNull(getEvent(actor, run.event)),
    run.enforcement === null ? null : orNull(getEnforcement(actor, run.enforcement)),
    orNull(getTokenStatus(actor, run.id, attempt)),
  ]);
  return { actor, run, attempts, children, event, enforcement, token };
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
