import Link from 'next/link';
import type { ReactNode } from 'react';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { Sentence } from '#components/ui/page-header.tsx';
import { StateBadge, type StateTone } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import type { AuditEventSummary } from '#lib/contracts/audit.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { auditSentence } from '#lib/sentences/audit.ts';
import { plain } from '#lib/sentences/part.ts';
import type { AuditSearch } from './search.ts';

interface AuditTableProps {
  readonly rows: readonly AuditEventSummary[];
  readonly search: AuditSearch;
  readonly empty: ReactNode;
  /** Without who and from where, beside something that says it. */
  readonly isShort?: boolean;
}

/** Who did what, one act a line. */
export function AuditTable({ rows, search, empty, isShort = false }: AuditTableProps) {
  const hrefOf = ({ id }: AuditEventSummary) =>
    withSearch(paths.audit(), { ...search, row: String(id) });
  const columns: Column<AuditEventSummary>[] = [
    {
      key: 'id',
      head: 'Act',
      numeric: true,
      className: 'w-20',
      cell: (event) => (
        <Link
          className="inline-block leading-6 hover:underline underline-offset-2"
          href={hrefOf(event)}
          prefetch={false}
          scroll={false}
        >
          {event.id}
        </Link>
      ),
    },
    {
      key: 'sentence',
      head: 'What happened',
      cell: (event) => (
        <span className="wrap-anywhere">
          <Sentence parts={auditSentence(event)} />
        </span>
      ),
    },
    {
      key: 'outcome',
      head: 'Outcome',
      cell: ({ outcome }) => <Outcome outcome={outcome} />,
    },
    {
      key: 'who',
      head: 'Who',
      from: 'lg',
      cell: ({ actor_login: login, actor_token_type: kind }) => (
        <span className="text-ink-2">
          <span className="inline-block max-w-52 truncate align-bottom" title={login ?? undefined}>
            {login ?? 'unknown'}
          </span>
          {kind !== null && <span className="block text-xs text-ink-3">{KINDS[kind] ?? kind}</span>}
        </span>
      ),
    },
    {
      key: 'address',
      head: 'From where',
      from: 'lg',
      cell: ({ actor_ip: address, actor_token_type: kind }) => (
        <span className="text-xs whitespace-nowrap text-ink-3">
          {address === null ? (
            kind === 'system' ? (
              '–'
            ) : (
              'not known'
            )
          ) : (
            <code className="font-mono text-ink-2">{address}</code>
          )}
        </span>
      ),
    },
    {
      key: 'created',
      head: 'When',
      numeric: true,
      className: 'w-28 text-ink-2',
      cell: ({ created }) => <Time at={created} />,
    },
  ];
  return (
    <DataTable
      caption="What was done, newest first"
      columns={isShort ? columns.filter(({ key }) => !['who', 'address'].includes(key)) : columns}
      empty={empty}
      narrow={(event) => (
        <Link
          className="grid min-h-11 grid-cols-[minmax(0,1fr)_auto] gap-x-3"
          href={hrefOf(event)}
          prefetch={false}
        >
          <span className="wrap-anywhere">{plain(auditSentence(event))}</span>
          <span className="text-right text-xs text-ink-3">
            <Time at={event.created} />
          </span>
          <span className="text-xs text-ink-3">
            <Outcome outcome={event.outcome} />
          </span>
          <span className="text-right font-mono text-xs text-ink-3">{event.actor_ip ?? ''}</span>
        </Link>
      )}
      rowKey={({ id }) => id}
      rows={rows}
      selected={({ id }) => String(id) === search.row}
    />
  );
}

const TONES: Readonly<Record<string, StateTone>> = {
  success: 'good',
  denied: 'alarm',
  failure: 'warning',
};

/** How an act ended. */
export const Outcome = ({ outcome }: { readonly outcome: string }) => (
  <StateBadge tone={TONES[outcome] ?? 'idle'} word={outcome} />
);

/** What was shown to be let in, in words. */
export const KINDS: Readonly<Record<string, string>> = {
  session: 'in the dashboard',
  access: 'by access token',
  api_token: 'by API token',
  execution: 'token of a run',
  sensor: 'token of a sensor',
  system: 'the platform itself',
  password: 'by password',
};
