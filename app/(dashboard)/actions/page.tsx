import type { Metadata } from 'next';
import type { ActionSummary } from '#lib/contracts/actions.ts';
import { formatSeconds } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { Count, Success } from '#components/rules/rule-table.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { LiveNote } from '#components/live/live-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { SearchForm } from '#components/ui/search-form.tsx';
import { Time } from '#components/ui/time.tsx';
import { listActions } from '#server/actions/service.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getActionActivity } from '#server/overview/activity.ts';

export const metadata: Metadata = { title: 'Actions' };

interface ActionsPageProps {
  readonly searchParams: Promise<{ readonly search?: string }>;
}

export default async function ActionsPage({ searchParams }: ActionsPageProps) {
  const [actor, { search = '' }] = await Promise.all([requireActor(), searchParams]);
  const readAtMs = Date.now();
  return guardList('the actions', async () => {
    const [{ items }, activity] = await Promise.all([
      listActions(actor, { page_size: 500, ...(search !== '' && { search }) }),
      can(actor, 'executions:read') ? getActionActivity(actor) : null,
    ]);
    const ran = items.filter(({ ref }) => (activity?.[ref]?.runs ?? 0) > 0).length;
    const columns: Column<ActionSummary>[] = [
      {
        key: 'ref',
        head: 'Action',
        cell: ({ ref, enabled }) => (
          <>
            <RefLink className="font-medium" href={paths.action(ref)} value={ref} />
            {!enabled && <span className="ml-2 text-ink-3">disabled</span>}
          </>
        ),
      },
      {
        key: 'about',
        head: 'Does',
        className: 'w-[40%] max-w-0 truncate text-ink-2',
        cell: ({ label, description }) => description ?? label,
      },
      {
        key: 'runtime',
        head: 'Runtime',
        from: 'lg',
        cell: ({ runner_type: runner }) => <span className="text-ink-2">{runner}</span>,
      },
      {
        key: 'timeout',
        head: 'Time-out',
        numeric: true,
        from: 'lg',
        cell: ({ timeout_seconds: seconds }) =>
          seconds === null ? <span className="text-ink-3">default</span> : formatSeconds(seconds),
      },
      {
        key: 'runs',
        head: 'Runs, 24 h',
        numeric: true,
        cell: ({ ref }) => <Count value={activity?.[ref]?.runs ?? 0} />,
      },
      {
        key: 'success',
        head: 'Completed, 24 h',
        numeric: true,
        cell: ({ ref }) => <Success activity={activity?.[ref]} />,
      },
      {
        key: 'last',
        head: 'Last run',
        numeric: true,
        cell: ({ ref }) => <Time at={activity?.[ref]?.lastAt ?? null} className="text-ink-2" />,
      },
    ];
    return (
      <>
        <PageHeader
          actions={<SearchForm label="Search actions" path={paths.actions()} value={search} />}
          sentence={
            search === ''
              ? `${counted(items.length, 'action')}, ${ran === 0 ? 'none of which' : `${ran} of which`} ran in the last 24 h.`
              : `${counted(items.length, 'action')} ${items.length === 1 ? 'holds' : 'hold'} “${search}”.`
          }
        />
        <Panel
          end={<LiveNote readAtMs={readAtMs} topics={['actions', 'executions']} />}
          title="Actions"
        >
          <DataTable
            caption="Actions"
            columns={columns}
            empty={
              search === '' ? (
                <Empty action={<ButtonLink href={paths.packs()}>See the packs</ButtonLink>}>
                  No action yet. Packs bring them.
                </Empty>
              ) : (
                <Empty action={<ButtonLink href={paths.actions()}>Show all</ButtonLink>}>
                  No action holds “{search}” in its ref, label or description.
                </Empty>
              )
            }
            narrow={({ ref, label, description }) => (
              <>
                <RefLink
                  className="font-medium wrap-anywhere"
                  href={paths.action(ref)}
                  value={ref}
                />
                <p className="text-xs text-ink-2">{description ?? label}</p>
              </>
            )}
            rowKey={({ id }) => id}
            rows={items}
          />
        </Panel>
      </>
    );
  });
}
