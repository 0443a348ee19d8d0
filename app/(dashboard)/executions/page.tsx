import type { Metadata } from 'next';
import { FilterBar } from '#components/executions/filter-bar.tsx';
import { LiveExecutions } from '#components/executions/live-executions.tsx';
import { Scatter } from '#components/executions/scatter.tsx';
import {
  isToldWhole,
  toApiSearch,
  toFilter,
  toRunSearch,
  toStreamSearch,
} from '#components/executions/search.ts';
import { toSearch } from '#components/executions/to-search.ts';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { executionsSentence } from '#lib/sentences/executions.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getNewestStats, listDurations, listExecutions } from '#server/executions/service.ts';

export const metadata: Metadata = { title: 'Executions' };

const PAGE_SIZE = 50;

export default async function ExecutionsPage({ searchParams }: PageProps<'/executions'>) {
  const actor = await requireActor();
  const search = toRunSearch(await searchParams);
  const readAtMs = Date.now();
  return guardList('the executions', async () => {
    const [page, stats, marks] = await Promise.all([
      listExecutions(actor, toFilter(search, PAGE_SIZE, readAtMs)),
      getNewestStats(actor),
      listDurations(actor, toFilter({ ...search, cursor: undefined }, PAGE_SIZE, readAtMs)),
    ]);

    const isFiltered = Object.values(toSearch({ ...search, cursor: undefined })).some(Boolean);

    return (
      <>
        <PageHeader sentence={executionsSentence(stats, isFiltered)} />
        <FilterBar search={search} />
        <Scatter marks={marks} search={toSearch(search)} />
        <LiveExecutions
          streamUrl={withSearch(paths.executionStream(), toStreamSearch(search))}
          empty={
            stats.total === 0 ? (
              <Empty action={<ButtonLink href={paths.actions()}>Choose an action</ButtonLink>}>
                No run yet. Start one on the page of an action, or make a rule and let an event do
                it.
              </Empty>
            ) : (
              <Empty action={<ButtonLink href={paths.executions()}>Clear the filters</ButtonLink>}>
                No run fits these filters.
              </Empty>
            )
          }
          cursor={page.pagination.next_cursor ?? null}
          filters={toApiSearch(search, readAtMs)}
          isOpenEnded={search.to === undefined}
          isToldWhole={isToldWhole(search)}
          may={{ cancel: can(actor, 'executions:cancel'), rerun: can(actor, 'actions:execute') }}
          readAtMs={readAtMs}
          rows={page.items}
          reason={search.reason}
          search={toSearch(search)}
          statuses={search.status}
        />
      </>
    );
  });
}
