'use client';

import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { call } from '#lib/api-client.ts';
import type { IntegrationToken } from '#lib/contracts/integration-tokens.ts';
import { paths } from '#lib/paths.ts';
import { revokeIntegrationToken } from '#lib/endpoints.ts';
import { Button } from '#components/ui/button.tsx';
import { Confirm } from '#components/ui/confirm.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { sentenceOrNull } from '#components/forms/sentence-or-null.ts';

interface TokenTableProps {
  readonly tokens: readonly IntegrationToken[];
  readonly mayRevoke: boolean;
  /** Whether what was done with each is linked. */
  readonly mayReadAudit: boolean;
  /** Login by id of the identity: names whose each is. */
  readonly owners?: Readonly<Record<number, string>>;
}

const ownerColumn = (owners: Readonly<Record<number, string>>): Column<IntegrationToken> => ({
  key: 'owner',
  head: 'Owner',
  cell: ({ identity_id: id }) => (
    <Link
      className="wrap-anywhere underline decoration-accent-line underline-offset-2"
      href={paths.identity(id)}
      prefetch={false}
    >
      {owners[id] ?? id}
    </Link>
  ),
});

const ACTS_COLUMN: Column<IntegrationToken> = {
  key: 'acts',
  head: 'Acts',
  cell: (token) => <ActsLink token={token} />,
};

const ActsLink = ({ token: { id, label } }: { readonly token: IntegrationToken }) => (
  <Link
    aria-label={`What was done with ${label}`}
    className="inline-block leading-6 whitespace-nowrap underline decoration-accent-line underline-offset-2"
    href={paths.audit({ token: id })}
    prefetch={false}
  >
    what was done
  </Link>
);

/** API tokens, without the tokens. */
export function TokenTable({ tokens, mayRevoke, mayReadAudit, owners }: TokenTableProps) {
  const columns: Column<IntegrationToken>[] = [
    {
      key: 'name',
      head: 'Name',
      cell: ({ label, token_prefix: prefix }) => (
        <span className="wrap-anywhere">
          {label} <code className="font-mono text-xs text-ink-3">{prefix}…</code>
        </span>
      ),
    },
    ...(owners === undefined ? [] : [ownerColumn(owners)]),
    { key: 'state', head: 'State', cell: (token) => <TokenState token={token} /> },
    { key: 'permissions', head: 'Permissions', from: 'lg', cell: permissionsOf },
    {
      key: 'issued',
      head: 'Issued',
      numeric: true,
      from: 'lg',
      cell: ({ created: at }) => <Time at={at} className="text-ink-2" />,
    },
    {
      key: 'used',
      head: 'Last used',
      numeric: true,
      cell: ({ last_used_at: at }) => <Time at={at} className="text-ink-2" />,
    },
    {
      key: 'expires',
      head: 'Expires',
      numeric: true,
      cell: ({ expires_at: at }) => <Time at={at} className="text-ink-2" />,
    },
    ...(mayReadAudit ? [ACTS_COLUMN] : []),
    {
      key: 'do',
      head: <span className="sr-only">What one can do</span>,
      numeric: true,
      cell: (token) => mayRevoke && token.active && <RevokeButton token={token} />,
    },
  ];
  return (
    <DataTable
      caption="API tokens"
      columns={columns}
      empty={
        <Empty>
          No API token yet. A program that calls the API sends one as Authorization: Bearer.
        </Empty>
      }
      narrow={(token) => (
        <>
          <span className="font-medium wrap-anywhere">{token.label}</span>
          <div className="flex items-center gap-2 text-xs text-ink-2">
            <TokenState token={token} />
            {owners !== undefined && <span>{owners[token.identity_id]}</span>}
            {mayReadAudit && <ActsLink token={token} />}
            <span className="ml-auto">
              {mayRevoke && token.active && <RevokeButton token={token} />}
            </span>
          </div>
        </>
      )}
      rowKey={({ id }) => id}
      rows={tokens}
    />
  );
}

function TokenState({ token }: { readonly token: IntegrationToken }) {
  if (token.active) return <StateBadge tone="good" word="active" />;
  return <StateBadge tone="idle" word={token.revoked_at === null ? 'expired' : 'revoked'} />;
}

function permissionsOf({ permission_set_refs: refs }: IntegrationToken) {
  if (refs === null) return <span className="text-ink-2">all of its identity</span>;
  if (refs.length === 0) return <span className="text-ink-3">none</span>;
  return <span className="font-mono text-xs wrap-anywhere text-ink-2">{refs.join(', ')}</span>;
}

function RevokeButton({ token }: { readonly token: IntegrationToken }) {
  const router = useRouter();
  const revoke = (reason: string) =>
    sentenceOrNull(async () => {
      await call(revokeIntegrationToken, {
        params: { id: token.identity_id, token_id: token.id },
        body: { reason: reason || null },
      });
      router.refresh();
    });
  return (
    <Confirm
      keep="Keep it"
      reasonLabel="Reason"
      title={`Revoke ${token.label}?`}
      trigger={
        <Button aria-label={`Revoke ${token.label}…`} variant="plain">
          Revoke…
        </Button>
      }
      verb="Revoke token"
      onConfirm={revoke}
    >
      The next call with it is refused. It cannot be taken back.
    </Confirm>
  );
}
