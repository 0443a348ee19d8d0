import { DataTable } from '#components/ui/data-table.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { operations } from '#lib/contracts/index.ts';
import type { Operation, TokenKind } from '#lib/contracts/operation.ts';

/** Every operation with who may call it; each leads to its place in the reference that one can try. */
export function OperationList() {
  return (
    <div className="grid gap-3">
      {[...Map.groupBy(operations, ({ tag }) => tag)].map(([tag, ofTag]) => (
        <Panel key={tag} title={`${tag.charAt(0).toUpperCase()}${tag.slice(1)}`}>
          <DataTable
            caption={`Operations on ${tag}`}
            columns={[
              {
                key: 'operation',
                className: 'w-[42%]',
                head: 'Operation',
                cell: (operation) => <OperationLink operation={operation} />,
              },
              { key: 'summary', head: 'What it does', cell: summaryOf },
              { key: 'needs', className: 'w-44', head: 'Needs', cell: needs },
              {
                key: 'tokens',
                from: 'lg',
                className: 'w-44 whitespace-nowrap',
                head: 'Takes the token of',
                cell: callers,
              },
            ]}
            narrow={(operation) => (
              <>
                <OperationLink operation={operation} />
                <p>{summaryOf(operation)}</p>
                <p className="text-xs text-ink-3">Needs: {needs(operation)}</p>
              </>
            )}
            rowKey={({ id }) => id}
            rows={ofTag}
          />
        </Panel>
      ))}
    </div>
  );
}

/** A plain link: the place in the reference is the fragment of this page. */
const OperationLink = ({
  operation: { id, tag, method, path },
}: {
  readonly operation: Operation;
}) => (
  <a
    className="flex min-h-6 items-center gap-2 font-mono text-xs wrap-anywhere hover:underline"
    href={`#/${encodeURIComponent(tag)}/${id}`}
  >
    <span className="w-12 flex-none text-ink-2">{method}</span>
    <span className="min-w-0">{path}</span>
  </a>
);

/** It is one line of plain text here; the reference makes code of what stands in backticks. */
const summaryOf = ({ summary }: Operation): string => summary.replaceAll('`', '');

function needs({ access }: Operation) {
  if (access === 'anyone') return <span className="text-ink-3">no token</span>;
  if (access.permission === null) return <span className="text-ink-3">any token</span>;
  return <code className="font-mono text-xs">{access.permission}</code>;
}

const CALLERS: Readonly<Record<TokenKind, string>> = {
  identity: 'person',
  execution: 'run',
  sensor: 'sensor',
};

function callers({ access }: Operation) {
  if (access === 'anyone') return <span className="text-ink-3">–</span>;
  return access.tokens.map((kind) => CALLERS[kind]).join(', ');
}
