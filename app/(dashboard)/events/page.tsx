import type { Metadata } from 'next';
import { EventTable } from '#components/events/event-table.tsx';
import { RefFilter } from '#components/events/ref-filter.tsx';
import { toEventSearch } from '#components/events/search.ts';
import { LiveNote } from '#components/live/live-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { given } from '#components/ui/list-search.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { withSearch } from '#lib/search.ts';
import { paths } from '#lib/paths.ts';
import { eventsSentence } from '#lib/sentences/event.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listEvents } from '#server/events/service.ts';

export const metadata: Metadata = { title: 'Events' };

const PAGE_SIZE = 50;

export default async function EventsPage({ searchParams }: PageProps<'/events'>) {
  const actor = await requireActor();
  const search = toEventSearch(await searchParams);
  const readAtMs = Date.now();
  return guardList('the events', async () => {
    const page = await listEvents(actor, { page_size: PAGE_SIZE, ...given(search) });
    const { cursor, ...filters } = search;
    const isFiltered = Object.values(filters).some((value) => value !== undefined);

    return (
      <>
        <PageHeader
          sentence={eventsSentence(page.items, {
            nowMs: readAtMs,
            isFiltered,
            isOlder: cursor !== undefined,
          })}
        />
        <RefFilter
          fields={['trigger_ref', 'rule_ref', 'trace_tag']}
          path={paths.events()}
          search={search}
        />
        <Panel
          end={
            <LiveNote
              growing={{
                noun: 'event',
                after: page.items[0]?.id ?? 0,
                api: withSearch(paths.eventsApi(), { ...filters, page_size: '100' }),
                newestHref: cursor === undefined ? undefined : paths.events(filters),
              }}
              readAtMs={readAtMs}
              topics={['events']}
            />
          }
          title="Events"
        >
          <EventTable
            empty={
              isFiltered ? (
                <Empty action={<ButtonLink href={paths.events()}>Clear the filters</ButtonLink>}>
                  No event fits these filters.
                </Empty>
              ) : (
                <Empty action={<ButtonLink href={paths.triggers()}>See the triggers</ButtonLink>}>
                  No event yet. A sensor, a webhook or POST /api/v1/events sends one.
                </Empty>
              )
            }
            rows={page.items}
          />
        </Panel>
        <Pager noun="events" pagination={page.pagination} path={paths.events()} search={search} />
      </>
    );
  });
}
