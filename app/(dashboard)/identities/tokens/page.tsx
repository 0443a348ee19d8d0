import type { Metadata } from 'next';
import { counted } from '#lib/sentences/part.ts';
import { CreateToken } from '#components/identities/create-token.tsx';
import { TokenTable } from '#components/identities/token-table.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listApiTokens } from '#server/identities/api-tokens.ts';
import { listPermissionSets } from '#server/identities/permission-sets.ts';
import { getCurrentUser } from '#server/identities/service.ts';

export const metadata: Metadata = { title: 'Your API tokens' };

export default async function ApiTokensPage() {
  const actor = await requireActor();
  const [tokens, me] = await Promise.all([
    listApiTokens(actor, actor.identityId),
    getCurrentUser(actor),
  ]);
  const refs = can(actor, 'permissions:read')
    ? (await listPermissionSets(actor, null)).map(({ ref }) => ref)
    : me.assigned_permission_set_refs;
  const active = tokens.filter((token) => token.active).length;
  return (
    <>
      <PageHeader
        sentence={
          active === 0
            ? 'No program acts in your name by an API token.'
            : `${counted(active, 'API token')} may act in your name.`
        }
      />
      <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_320px]">
        <Panel note="each is shown once" title="Your API tokens">
          <TokenTable mayReadAudit={can(actor, 'audit_log:read')} mayRevoke tokens={tokens} />
        </Panel>
        <Panel padded title="New API token">
          <CreateToken identityId={actor.identityId} setRefs={refs} />
        </Panel>
      </div>
    </>
  );
}
