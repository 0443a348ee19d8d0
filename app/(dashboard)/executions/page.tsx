import type { Metadata } from 'next';
import { FilterBar } from '#components/executions/filter-bar.tsx';
import { LiveExecutions } from '#components/executions/live-executions.tsx';
import { toFilter, toRunSearch, toSearch } from '#components/executions/search.ts';
import { Empty } from '#components/ui/empty.tsx';
import { Forbidden } from '#components/ui/forbidden.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { executionsSentence } from '#lib/sentences/executions.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getExecutionStats, listExecutions } from '#server/executions/service.ts';

export const metadata: Metadata = { title: 'Executions' };

const PAGE_SIZE = 50;

export default async function ExecutionsPage({ searchParams }: PageProps<'/executions'>) {
  const actor = await requireActor();
  if (!can(actor, 'executions:read'))
    return <Forbidden permission="executions:read" what="the executions" />;
  const search = toRunSearch(await searchParams);
  const readAtMs = Date.now();
  const [page, stats] = await Promise.all([
    listExecutions(actor, toFilter(search, PAGE_SIZE)),
    getExecutionStats(actor),
  ]);
  const { action, rule, trigger, trace, worker } = search;

  return (
    <>
      <PageHeader sentence={executionsSentence(stats)} />
      <FilterBar search={search} />
      <LiveExecutions
        // A status that a row leaves would not be told by a stream that only knows that status.
        streamUrl={withSearch(paths.executionStream(), {
          action_ref: action,
          rule_ref: rule,
          trigger_ref: trigger,
          trace_tag: trace,
          worker: worker?.toString(),
        })}
        empty={
          stats.total === 0 ? (
            <Empty>
              No run yet. Start one on the page of an action, or make a rule and let an event do it.
            </Empty>
          ) : (
            <Empty>No run fits these filters.</Empty>
          )
        }
        isNewestPage={search.cursor === undefined}
        readAtMs={readAtMs}
        rows={page.items}
        reason={search.reason}
        statuses={search.status}
      />
      <Pager
        noun="runs"
        pagination={page.pagination}
        path={paths.executions()}
        search={toSearch(search)}
      />
    </>
  );
}
