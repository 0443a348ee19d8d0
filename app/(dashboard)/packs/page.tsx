import type { Metadata } from 'next';
import type { PackSummary } from '#lib/contracts/packs.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { RegisterForm } from '#components/packs/register-form.tsx';
import { Count } from '#components/rules/rule-table.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { LiveNote } from '#components/live/live-note.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listPacks } from '#server/packs/service.ts';

export const metadata: Metadata = { title: 'Packs' };

const COLUMNS: Column<PackSummary>[] = [
  {
    key: 'ref',
    head: 'Pack',
    cell: ({ ref }) => <RefLink className="font-medium" href={paths.pack(ref)} value={ref} />,
  },
  {
    key: 'version',
    head: 'Version',
    cell: ({ version }) => <span className="text-ink-2">{version}</span>,
  },
  {
    key: 'about',
    head: 'Brings',
    className: 'w-[40%] max-w-0 truncate text-ink-2',
    cell: ({ label, description }) => description ?? label,
  },
  {
    key: 'actions',
    head: 'Actions',
    numeric: true,
    cell: ({ component_counts: { actions } }) => <Count value={actions} />,
  },
  {
    key: 'triggers',
    head: 'Triggers',
    numeric: true,
    cell: ({ component_counts: { triggers } }) => <Count value={triggers} />,
  },
  {
    key: 'sensors',
    head: 'Sensors',
    numeric: true,
    cell: ({ component_counts: { sensors } }) => <Count value={sensors} />,
  },
  {
    key: 'rules',
    head: 'Rules',
    numeric: true,
    cell: ({ component_counts: { rules } }) => <Count value={rules} />,
  },
  {
    key: 'updated',
    head: 'Changed',
    numeric: true,
    from: 'lg',
    cell: ({ updated }) => <Time at={updated} className="text-ink-2" />,
  },
];

export default async function PacksPage() {
  const actor = await requireActor();
  const readAtMs = Date.now();
  return guardList('the packs', async () => {
    const { items } = await listPacks(actor, { page_size: 500 });
    const actions = items.reduce((sum, { component_counts: counts }) => sum + counts.actions, 0);
    return (
      <>
        <PageHeader
          sentence={
            items.length === 0
              ? 'No pack yet: without one there is nothing to run.'
              : `${counted(items.length, 'pack')} ${items.length === 1 ? 'brings' : 'bring'} ${counted(actions, 'action')}.`
          }
        />
        <div className="grid gap-3">
          <Panel end={<LiveNote readAtMs={readAtMs} topics={['packs', 'rules']} />} title="Packs">
            <DataTable
              caption="Packs"
              columns={COLUMNS}
              empty={
                <Empty>
                  No pack is registered. The core pack comes with the server; look at its log for
                  why it is not here.
                </Empty>
              }
              narrow={({ ref, version, label, description }) => (
                <>
                  <RefLink className="font-medium" href={paths.pack(ref)} value={ref} />{' '}
                  <span className="text-xs text-ink-3">{version}</span>
                  <p className="text-xs text-ink-2">{description ?? label}</p>
                </>
              )}
              rowKey={({ id }) => id}
              rows={items}
            />
          </Panel>
          {can(actor, 'packs:install') && (
            <Panel padded title="Register a directory">
              <RegisterForm />
            </Panel>
          )}
        </div>
      </>
    );
  });
}
