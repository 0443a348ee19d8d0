import type { Metadata } from 'next';
import type { TriggerSummary } from '#lib/contracts/triggers.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { Count } from '#components/rules/rule-table.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { LiveNote } from '#components/live/live-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { SearchForm } from '#components/ui/search-form.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getTriggerActivity } from '#server/overview/activity.ts';
import { listTriggers } from '#server/triggers/service.ts';

export const metadata: Metadata = { title: 'Triggers' };

interface TriggersPageProps {
  readonly searchParams: Promise<{ readonly search?: string }>;
}

export default async function TriggersPage({ searchParams }: TriggersPageProps) {
  const [actor, { search = '' }] = await Promise.all([requireActor(), searchParams]);
  const readAtMs = Date.now();
  return guardList('the triggers', async () => {
    const [{ items }, activity] = await Promise.all([
      listTriggers(actor, { page_size: 500, ...(search !== '' && { search }) }),
      can(actor, 'events:read') ? getTriggerActivity(actor) : null,
    ]);
    const waited = items.filter(({ ref }) => (activity?.[ref]?.rules ?? 0) > 0).length;
    const columns: Column<TriggerSummary>[] = [
      {
        key: 'state',
        head: 'State',
        className: 'w-24',
        cell: ({ enabled }) => (
          <StateBadge tone={enabled ? 'good' : 'idle'} word={enabled ? 'enabled' : 'disabled'} />
        ),
      },
      {
        key: 'ref',
        head: 'Trigger',
        cell: ({ ref }) => (
          <RefLink className="font-medium" href={paths.trigger(ref)} value={ref} />
        ),
      },
      {
        key: 'about',
        head: 'Fires',
        className: 'w-[45%] max-w-0 truncate text-ink-2',
        cell: ({ label, description }) => description ?? label,
      },
      {
        key: 'webhook',
        head: 'Webhook',
        from: 'lg',
        cell: ({ webhook_enabled: open }) =>
          open ? 'open' : <span className="text-ink-3">–</span>,
      },
      {
        key: 'rules',
        head: 'Rules on',
        numeric: true,
        cell: ({ ref }) => <Count value={activity?.[ref]?.rules ?? 0} />,
      },
      {
        key: 'last',
        head: 'Last event',
        numeric: true,
        cell: ({ ref }) => <Time at={activity?.[ref]?.lastAt ?? null} className="text-ink-2" />,
      },
    ];
    return (
      <>
        <PageHeader
          actions={<SearchForm label="Search triggers" path={paths.triggers()} value={search} />}
          sentence={
            search === ''
              ? `${counted(items.length, 'trigger')}; ${waited === 0 ? 'no rule that is on waits' : `rules that are on wait`} for ${waited === 0 ? 'any of them' : `${waited} of them`}.`
              : `${counted(items.length, 'trigger')} ${items.length === 1 ? 'holds' : 'hold'} “${search}”.`
          }
        />
        <Panel
          end={<LiveNote readAtMs={readAtMs} topics={['triggers', 'rules', 'events']} />}
          title="Triggers"
        >
          <DataTable
            caption="Triggers"
            columns={columns}
            empty={
              search === '' ? (
                <Empty action={<ButtonLink href={paths.packs()}>See the packs</ButtonLink>}>
                  No trigger yet. Packs bring them.
                </Empty>
              ) : (
                <Empty action={<ButtonLink href={paths.triggers()}>Show all</ButtonLink>}>
                  No trigger holds “{search}” in its ref or label.
                </Empty>
              )
            }
            narrow={({ ref, label, description, enabled }) => (
              <>
                <div className="flex gap-2">
                  <RefLink
                    className="min-w-0 flex-1 font-medium wrap-anywhere"
                    href={paths.trigger(ref)}
                    value={ref}
                  />
                  {!enabled && <StateBadge tone="idle" word="disabled" />}
                </div>
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
