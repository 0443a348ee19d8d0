import type { Quarantined } from '#components/home/needs-a-look.ts';
import { DAY_MS } from '#lib/format.ts';
import type { requireActor } from '#server/auth/require-actor.ts';
import { listExecutions } from '#server/executions/service.ts';

const COUNTED_MAX = 50;

/** How many runs were quarantined in the last 24 h. */
export async function countQuarantined(
  actor: Awaited<ReturnType<typeof requireActor>>,
): Promise<Quarantined> {
  const { items, pagination } = await listExecutions(actor, {
    // Quarantine ends a run as one of these two; with them the search stays among what did not complete.
    status: ['failed', 'abandoned'],
    end_reason: 'quarantined',
    page_size: COUNTED_MAX,
  });
  const since = Date.now() - DAY_MS;
  const count = items.filter(({ finished_at: at }) => at !== null && Date.parse(at) > since).length;
  return { count, hasMore: pagination.has_next && count === COUNTED_MAX };
}
