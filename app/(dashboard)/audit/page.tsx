import type { Metadata } from 'next';
import { AuditFilterBar } from '#components/audit/audit-filter.tsx';
import { AuditPanel } from '#components/audit/audit-panel.tsx';
import { AuditTable } from '#components/audit/audit-table.tsx';
import { ChainState } from '#components/audit/chain-state.tsx';
import {
  isNarrowed,
  toAuditFilter,
  toAuditSearch,
  toExportSearch,
} from '#components/audit/search.ts';
import { LiveNote } from '#components/live/live-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Pager } from '#components/ui/pager.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { auditListSentence } from '#lib/sentences/audit.ts';
import { getAuditChain, getAuditEvent, listAuditEvents } from '#server/audit/service.ts';
import { requireActor } from '#server/auth/require-actor.ts';

export const metadata: Metadata = { title: 'Audit' };

const PAGE_SIZE = 50;

export default async function AuditPage({ searchParams }: PageProps<'/audit'>) {
  const actor = await requireActor();
  const search = toAuditSearch(await searchParams);
  const nowMs = Date.now();
  return guardList('what was done here', async () => {
    const { row, cursor } = search;
    const [page, chain, open] = await Promise.all([
      listAuditEvents(actor, {
        ...toAuditFilter(search, nowMs),
        page_size: PAGE_SIZE,
        ...(cursor !== undefined && { cursor }),
      }),
      getAuditChain(actor),
      row === undefined ? null : getAuditEvent(actor, Number(row)),
    ]);
    const isFiltered = isNarrowed(search);
    const facts = { nowMs, isFiltered, isOlder: cursor !== undefined };
    return (
      <>
        <PageHeader sentence={auditListSentence(page.items, facts)}>
          <ChainState chain={chain} nowMs={nowMs} />
        </PageHeader>
        <AuditFilterBar search={search} />
        <div
          className={
            open === null
              ? ''
              : 'grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_400px] max-lg:[&>*:last-child]:order-first'
          }
        >
          <Panel
            end={
              <a
                className="underline underline-offset-2"
                download="audit.csv"
                href={withSearch(paths.auditExport(), toExportSearch(search, nowMs))}
              >
                {isFiltered ? 'Download what fits as CSV' : 'Download all as CSV'}
              </a>
            }
            note={
              <LiveNote
                growing={{
                  noun: 'act',
                  after: page.items[0]?.id ?? 0,
                  api: withSearch(paths.auditApi(), {
                    ...toExportSearch(search, nowMs),
                    page_size: '100',
                  }),
                  newestHref:
                    cursor === undefined
                      ? undefined
                      : withSearch(paths.audit(), { ...search, cursor: undefined, row: undefined }),
                  isHeld: open !== null,
                }}
                readAtMs={nowMs}
                topics={['audit']}
              />
            }
            title="What was done"
          >
            <AuditTable
              empty={
                isFiltered ? (
                  <Empty action={<ButtonLink href={paths.audit()}>Clear the filters</ButtonLink>}>
                    {page.pagination.has_next && search.q !== undefined
                      ? 'Nothing among the newest 10,000 that fit the other filters holds this.'
                      : 'Nothing that was done fits these filters.'}
                  </Empty>
                ) : (
                  <Empty>
                    Nothing has been done here yet. Every change, login and refused call stands here
                    from then on.
                  </Empty>
                )
              }
              isShort={open !== null}
              rows={page.items}
              search={search}
            />
          </Panel>
          {open !== null && (
            <AuditPanel
              closeHref={withSearch(paths.audit(), { ...search, row: undefined })}
              event={open}
            />
          )}
        </div>
        <Pager
          noun="acts"
          pagination={page.pagination}
          path={paths.audit()}
          search={{ ...search, row: undefined }}
        />
      </>
    );
  });
}
