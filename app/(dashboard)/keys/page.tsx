import type { Metadata } from 'next';
import Link from 'next/link';
import type { KeySummary } from '#lib/contracts/keys.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { CreateKey } from '#components/keys/create-key.tsx';
import { KeyUses } from '#components/keys/key-uses.tsx';
import { KeyActions } from '#components/keys/key-actions.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { LiveNote } from '#components/live/live-note.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listKeys } from '#server/secrets/service.ts';
import { usesOf } from '#server/secrets/uses.ts';

export const metadata: Metadata = { title: 'Keys' };

export default async function KeysPage() {
  const actor = await requireActor();
  const readAtMs = Date.now();
  return guardList('the keys', async () => {
    const { items } = await listKeys(actor, { page_size: 500 });
    const uses = await usesOf(
      actor,
      items.map(({ ref }) => ref),
    );
    const mayReadAudit = can(actor, 'audit_log:read');
    const mayReveal = can(actor, 'keys:decrypt');
    const mayDelete = can(actor, 'keys:delete');
    const open = items.filter(({ encrypted }) => !encrypted).length;
    const actionsOf = (key: KeySummary) => (
      <KeyActions
        isEncrypted={key.encrypted}
        keyRef={key.ref}
        mayDelete={mayDelete}
        mayReveal={mayReveal}
      />
    );
    const columns: Column<KeySummary>[] = [
      {
        key: 'ref',
        className: 'min-w-54',
        head: 'Key',
        cell: ({ ref, name }) => (
          <div className="py-1">
            <code className="font-mono text-xs font-medium wrap-anywhere">{ref}</code>
            {name !== ref && <span className="block text-xs text-ink-2">{name}</span>}
          </div>
        ),
      },
      {
        key: 'owner',
        head: 'Owner',
        cell: ({ owner_type: type, owner }) => (
          <span className="text-ink-2">{owner ? `${type} ${owner}` : type}</span>
        ),
      },
      {
        key: 'kept',
        head: 'Kept',
        cell: ({ encrypted }) =>
          encrypted ? (
            <StateBadge tone="good" word="encrypted" />
          ) : (
            <StateBadge tone="warning" word="in the open" />
          ),
      },
      {
        key: 'uses',
        head: 'Used by',
        cell: ({ ref }) => (
          <div className="py-1">
            <KeyUses uses={uses.get(ref) ?? []} />
            {mayReadAudit && (
              <p>
                <TellLink keyRef={ref} />
              </p>
            )}
          </div>
        ),
      },
      {
        key: 'updated',
        head: 'Changed',
        numeric: true,
        from: 'lg',
        cell: ({ updated }) => <Time at={updated} className="text-ink-2" />,
      },
      {
        key: 'do',
        head: <span className="sr-only">What one can do</span>,
        numeric: true,
        cell: actionsOf,
      },
    ];
    return (
      <>
        <PageHeader sentence={sentenceOf(items.length, open)} />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_280px] xl:grid-cols-[minmax(0,1fr)_320px]">
          <Panel
            end={<LiveNote readAtMs={readAtMs} topics={['keys', 'packs']} />}
            note="never their values"
            title="Keys"
          >
            <DataTable
              caption="Keys"
              columns={columns}
              empty={
                <Empty>
                  No key yet. A key keeps a password or a token; parameters refer to it as{' '}
                  {'{{ key.<ref> }}'}, and only the process gets its value.
                </Empty>
              }
              narrow={(key) => (
                <>
                  <code className="font-mono text-xs font-medium wrap-anywhere">{key.ref}</code>
                  <div className="flex items-center gap-2 text-xs text-ink-2">
                    <span className="min-w-0 flex-1">{key.name}</span>
                    {actionsOf(key)}
                  </div>
                  <div className="flex items-baseline gap-2 text-xs text-ink-2">
                    <span className="min-w-0 flex-1">
                      <KeyUses uses={uses.get(key.ref) ?? []} />
                    </span>
                    {mayReadAudit && <TellLink keyRef={key.ref} />}
                  </div>
                </>
              )}
              rowKey={({ id }) => id}
              rows={items}
            />
          </Panel>
          {can(actor, 'keys:create') && (
            <Panel padded title="New key">
              <CreateKey />
            </Panel>
          )}
        </div>
      </>
    );
  });
}

/** Runs that were given it, and people who looked at it. */
const TellLink = ({ keyRef }: { readonly keyRef: string }) => (
  <Link
    className="text-xs whitespace-nowrap text-ink-2 underline underline-offset-2"
    href={paths.audit({ resource: `key ${keyRef}` })}
    prefetch={false}
  >
    Who was told<span className="sr-only"> {keyRef}</span>
  </Link>
);

function sentenceOf(count: number, open: number): string {
  if (count === 0) return 'No key yet: no secret is kept here.';
  return open === 0
    ? `${counted(count, 'key')}, all encrypted.`
    : `${counted(count, 'key')}; ${open} of them ${open === 1 ? 'is' : 'are'} kept in the open.`;
}
