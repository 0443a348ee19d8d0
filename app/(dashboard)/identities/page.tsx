import type { Metadata } from 'next';
import Link from 'next/link';
import type { IdentitySummary } from '#lib/contracts/identities.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { CreateIdentity } from '#components/identities/create-identity.tsx';
import { FreezeButton } from '#components/identities/freeze-button.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listIdentities } from '#server/identities/directory.ts';

export const metadata: Metadata = { title: 'Identities' };

const SHOWN_MAX = 500;

export default async function IdentitiesPage() {
  const actor = await requireActor();
  return guard('the identities', async () => {
    const { items } = await listIdentities(actor, { page_size: SHOWN_MAX });
    const mayFreeze = can(actor, 'identities:update');
    const frozen = items.filter((one) => one.frozen).length;
    const freezeOf = ({ id, login, frozen: isFrozen }: IdentitySummary) =>
      mayFreeze && id !== actor.identityId ? (
        <FreezeButton frozen={isFrozen} id={id} login={login} />
      ) : null;
    const columns: Column<IdentitySummary>[] = [
      { key: 'login', head: 'Login', cell: loginOf },
      {
        key: 'name',
        head: 'Name',
        from: 'lg',
        cell: ({ display_name: name }) => <span className="text-ink-2">{name ?? '–'}</span>,
      },
      { key: 'may', head: 'Permission sets and roles', cell: holdingsOf },
      { key: 'state', head: 'State', cell: stateOf },
      {
        key: 'tokens',
        head: 'API tokens',
        numeric: true,
        cell: ({ active_tokens: count }) => <span className="text-ink-2">{count}</span>,
      },
      {
        key: 'seen',
        head: 'Last seen',
        numeric: true,
        cell: ({ last_seen_at: at }) => <Time at={at} className="text-ink-2" />,
      },
      {
        key: 'do',
        head: <span className="sr-only">What one can do</span>,
        numeric: true,
        cell: freezeOf,
      },
    ];
    return (
      <>
        <PageHeader
          actions={<ButtonLink href={paths.apiTokens()}>Your API tokens</ButtonLink>}
          sentence={sentenceOf(items.length, frozen)}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_320px]">
          <Panel note="people and services" title="Identities">
            <DataTable
              caption="Identities"
              columns={columns}
              narrow={(identity) => (
                <>
                  <div className="flex items-center gap-2">
                    {loginOf(identity)} {stateOf(identity)}
                  </div>
                  <div className="flex items-center gap-2 text-xs text-ink-2">
                    <span className="min-w-0 flex-1">{holdingsOf(identity)}</span>
                    {freezeOf(identity)}
                  </div>
                </>
              )}
              rowKey={({ id }) => id}
              rows={items}
            />
          </Panel>
          {can(actor, 'identities:create') && (
            <Panel padded title="New identity">
              <CreateIdentity />
            </Panel>
          )}
        </div>
      </>
    );
  });
}

const loginOf = ({ id, login, has_password: isPerson }: IdentitySummary) => (
  <span>
    <Link
      className="font-medium wrap-anywhere underline decoration-accent-line underline-offset-2"
      href={paths.identity(id)}
      prefetch={false}
    >
      {login}
    </Link>
    {!isPerson && <span className="text-ink-3"> · service</span>}
  </span>
);

function holdingsOf({ permission_set_refs: refs, roles }: IdentitySummary) {
  const names = [...refs, ...roles.map((role) => `role ${role}`)];
  if (names.length === 0) return <span className="text-ink-3">nothing yet</span>;
  return <span className="font-mono text-xs wrap-anywhere text-ink-2">{names.join(', ')}</span>;
}

const stateOf = ({ frozen }: IdentitySummary) =>
  frozen ? <StateBadge tone="warning" word="frozen" /> : <StateBadge tone="good" word="may act" />;

function sentenceOf(count: number, frozen: number): string {
  const all = counted(count, 'identity', 'identities');
  if (frozen === 0) return `${all}, none frozen.`;
  return `${all}; ${frozen} of them ${frozen === 1 ? 'is' : 'are'} frozen.`;
}
