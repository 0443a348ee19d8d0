import Link from 'next/link';
import { AuditTable } from '#components/audit/audit-table.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { AuditEventSummary } from '#lib/contracts/audit.ts';
import type { PageOf } from '#lib/contracts/common.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { counted } from '#lib/sentences/part.ts';

interface RunAuditProps {
  readonly id: number;
  /** The newest of them. */
  readonly page: PageOf<AuditEventSummary>;
}

/** Who asked for a run, who ended it, which keys it was given, and what it did with its tokens. */
export function RunAudit({ id, page: { items, pagination } }: RunAuditProps) {
  const search = { resource: `run ${id}` };
  return (
    <Panel
      end={
        <Link
          className="underline underline-offset-2"
          href={withSearch(paths.audit(), search)}
          prefetch={false}
        >
          {pagination.has_next ? 'All of it in the audit' : 'In the audit'}
        </Link>
      }
      note={`what was done to this run, and what it did with its tokens; ${pagination.has_next ? `the newest ${items.length}` : counted(items.length, 'act')}`}
      title="Audit"
    >
      <AuditTable
        empty={
          <Empty>
            Nobody did anything to this run by hand: an event started it, and it called nothing.
            What runs do with their tokens stands here within a second.
          </Empty>
        }
        rows={items}
        search={search}
      />
    </Panel>
  );
}
