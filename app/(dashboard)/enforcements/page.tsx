import type { Metadata } from 'next';
import { EnforcementTable } from '#components/enforcements/enforcement-table.tsx';
import { RefFilter } from '#components/events/ref-filter.tsx';
import { toRefFilter, toRefSearch } from '#components/events/search.ts';
import { Empty } from '#components/ui/empty.tsx';
import { Forbidden } from '#components/ui/forbidden.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { paths } from '#lib/paths.ts';
import { enforcementsSentence } from '#lib/sentences/enforcement.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listEnforcements } from '#server/enforcements/service.ts';

export const metadata: Metadata = { title: 'Enforcements' };

const PAGE_SIZE = 50;

export default async function EnforcementsPage({ searchParams }: PageProps<'/enforcements'>) {
  const actor = await requireActor();
  if (!can(actor, 'enforcements:read'))
    return <Forbidden permission="enforcements:read" what="the enforcements" />;
  const { trace_tag: _, ...search } = toRefSearch(await searchParams);
  const page = await listEnforcements(actor, toRefFilter(search, PAGE_SIZE));
  const isFiltered = search.trigger_ref !== undefined || search.rule_ref !== undefined;

  return (
    <>
      <PageHeader sentence={enforcementsSentence(page.items, isFiltered)} />
      <RefFilter fields={['rule_ref', 'trigger_ref']} path={paths.enforcements()} search={search} />
      <Panel note="newest first" title="Enforcements">
        <EnforcementTable
          empty={
            <Empty>
              {isFiltered
                ? 'No enforcement fits these filters.'
                : 'No enforcement yet. One is made each time an event matches a rule.'}
            </Empty>
          }
          rows={page.items}
        />
      </Panel>
      <Pager
        noun="enforcements"
        pagination={page.pagination}
        path={paths.enforcements()}
        search={search}
      />
    </>
  );
}
