import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import type { Identity } from '#lib/contracts/identities.ts';
import { CreateToken } from '#components/identities/create-token.tsx';
import { FreezeButton } from '#components/identities/freeze-button.tsx';
import { HandOut, TakeAway } from '#components/identities/hand-out.tsx';
import { TokenTable } from '#components/identities/token-table.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listApiTokens } from '#server/identities/api-tokens.ts';
import { getIdentity } from '#server/identities/directory.ts';
import { listPermissionSets } from '#server/identities/permission-sets.ts';

interface IdentityPageProps {
  readonly params: Promise<{ readonly id: string }>;
}

export const metadata: Metadata = { title: 'Identity' };

export default async function IdentityPage({ params }: IdentityPageProps) {
  const { id } = await params;
  const actor = await requireActor();
  if (!/^[1-9]\d{0,8}$/.test(id)) notFound();
  return guard('this identity', async () => {
    const identity = await getIdentity(actor, Number(id));
    const isMe = identity.id === actor.identityId;
    const mayManage = can(actor, 'permissions:manage');
    const target = { id: identity.id, ref: identity.login };
    const mayUpdate = can(actor, 'identities:update', target);
    const [tokens, sets] = await Promise.all([
      listApiTokens(actor, identity.id),
      can(actor, 'permissions:read') ? listPermissionSets(actor, null) : [],
    ]);
    const held = new Set(identity.direct_permissions.map(({ permission_set_ref: ref }) => ref));
    const refs = sets.map(({ ref }) => ref);
    return (
      <>
        <PageHeader
          above={<StateBadge {...stateOf(identity)} />}
          actions={
            mayUpdate &&
            !isMe && (
              <FreezeButton frozen={identity.frozen} id={identity.id} login={identity.login} />
            )
          }
          sentence={sentenceOf(identity)}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_320px]">
          <div className="grid gap-3">
            <Panel title="Permission sets and roles">
              <Holdings identity={identity} mayManage={mayManage} />
            </Panel>
            <Panel note="never the tokens themselves" title="API tokens">
              <TokenTable
                mayReadAudit={can(actor, 'audit_log:read')}
                mayRevoke={isMe || mayUpdate}
                tokens={tokens}
              />
            </Panel>
          </div>
          <div className="grid gap-3">
            <Panel padded title="Who">
              <Facts
                facts={{
                  Login: identity.login,
                  Name: identity.display_name ?? '–',
                  'Last seen': <Time at={identity.last_seen_at} />,
                  Created: <Time at={identity.created} />,
                }}
              />
            </Panel>
            {mayManage && (
              <Panel padded title="Hand out">
                <HandOut identityId={identity.id} setRefs={refs.filter((ref) => !held.has(ref))} />
              </Panel>
            )}
            {(isMe || (mayUpdate && !identity.has_password)) && (
              <Panel padded title="New API token">
                <CreateToken identityId={identity.id} setRefs={refs} />
              </Panel>
            )}
          </div>
        </div>
      </>
    );
  });
}

interface HoldingsProps {
  readonly identity: Identity;
  readonly mayManage: boolean;
}

function Holdings({ identity, mayManage }: HoldingsProps) {
  const { direct_permissions: sets, roles, login } = identity;
  const rows = [
    ...sets.map(({ id, permission_set_ref: name }) => ({ kind: 'set' as const, id, name })),
    ...roles.map(({ id, role: name }) => ({ kind: 'role' as const, id, name })),
  ];
  if (rows.length === 0)
    return <Empty>It may do nothing yet: it has neither sets nor roles.</Empty>;
  return (
    <ul>
      {rows.map((row) => (
        <li
          key={`${row.kind}-${row.id}`}
          className="flex min-h-[30px] items-center gap-2 border-b border-line px-3 last:border-b-0"
        >
          <code className="min-w-0 flex-1 font-mono text-xs wrap-anywhere">{row.name}</code>
          <span className="text-ink-3">{row.kind === 'set' ? 'permission set' : 'role'}</span>
          {mayManage && <TakeAway {...row} login={login} />}
        </li>
      ))}
    </ul>
  );
}

const stateOf = ({ frozen }: Identity) =>
  frozen
    ? ({ tone: 'warning', word: 'frozen' } as const)
    : ({ tone: 'good', word: 'may act' } as const);

function sentenceOf({ login, has_password: isPerson, frozen }: Identity): string {
  const who = isPerson ? `${login} is a person` : `${login} is a service, which acts by API tokens`;
  return frozen ? `${who}; nothing that it shows is accepted.` : `${who}.`;
}
