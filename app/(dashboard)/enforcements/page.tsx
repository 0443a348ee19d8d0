import type { Metadata } from 'next';
import { EnforcementTable } from '#components/enforcements/enforcement-table.tsx';
import { RefFilter } from '#components/events/ref-filter.tsx';
import { toEnforcementSearch } from '#components/enforcements/search.ts';
import { LiveNote } from '#components/live/live-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { given } from '#components/ui/list-search.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Select } from '#components/ui/select.tsx';
import { withSearch } from '#lib/search.ts';
import { paths } from '#lib/paths.ts';
import { enforcementsSentence } from '#lib/sentences/enforcement.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listEnforcements } from '#server/enforcements/service.ts';

export const metadata: Metadata = { title: 'Enforcements' };

const PAGE_SIZE = 50;

const STATUSES = [
  { value: '', label: 'made or not' },
  { value: 'processed', label: 'was made' },
  { value: 'disabled', label: 'was not made' },
  { value: 'created', label: 'not decided yet' },
];

export default async function EnforcementsPage({ searchParams }: PageProps<'/enforcements'>) {
  const actor = await requireActor();
  const search = toEnforcementSearch(await searchParams);
  const readAtMs = Date.now();
  return guardList('the enforcements', async () => {
    const page = await listEnforcements(actor, { page_size: PAGE_SIZE, ...given(search) });
    const { cursor, ...filters } = search;
    const isFiltered = Object.values(filters).some((value) => value !== undefined);

    return (
      <>
        <PageHeader sentence={enforcementsSentence(page.items, isFiltered)} />
        <RefFilter fields={['rule_ref', 'trigger_ref']} path={paths.enforcements()} search={search}>
          <div className="grid gap-0.5 text-2xs text-ink-3">
            <label htmlFor="filter-status">Run</label>
            <Select
              defaultValue={search.status ?? ''}
              id="filter-status"
              name="status"
              options={STATUSES}
            />
          </div>
        </RefFilter>
        <Panel
          end={
            <LiveNote
              growing={{
                noun: 'enforcement',
                after: page.items[0]?.id ?? 0,
                api: withSearch(paths.enforcementsApi(), { ...filters, page_size: '100' }),
                newestHref: cursor === undefined ? undefined : paths.enforcements(filters),
              }}
              readAtMs={readAtMs}
              topics={['enforcements']}
            />
          }
          title="Enforcements"
        >
          <EnforcementTable
            empty={
              isFiltered ? (
                <Empty
                  action={<ButtonLink href={paths.enforcements()}>Clear the filters</ButtonLink>}
                >
                  No enforcement fits these filters.
                </Empty>
              ) : (
                <Empty action={<ButtonLink href={paths.rules()}>See the rules</ButtonLink>}>
                  No enforcement yet. One is made each time an event matches a rule.
                </Empty>
              )
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
  });
}
