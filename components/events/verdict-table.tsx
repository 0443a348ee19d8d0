import Link from 'next/link';
import { DataTable } from '#components/ui/data-table.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import type { RuleVerdict } from '#lib/contracts/events.ts';
import { paths } from '#lib/paths.ts';
import { OPERATOR_WORDS } from '#lib/sentences/operator-words.ts';

/** What each rule of the trigger made of an event. */
export function VerdictTable({
  verdicts,
  empty,
}: {
  readonly verdicts: readonly RuleVerdict[];
  readonly empty: React.ReactNode;
}) {
  return (
    <DataTable
      caption="Rules that were considered"
      columns={[
        {
          key: 'verdict',
          head: 'Verdict',
          className: 'w-36 whitespace-nowrap',
          cell: (verdict) => <Verdict verdict={verdict} />,
        },
        {
          key: 'rule',
          head: 'Rule',
          className: 'whitespace-nowrap',
          cell: ({ rule_ref: ref, rule_version: version }) => (
            <>
              <RefLink href={paths.rule(ref)} value={ref} />{' '}
              <span className="text-ink-3">v{version}</span>
            </>
          ),
        },
        {
          key: 'because',
          head: 'Because',
          className: 'min-w-48',
          cell: (verdict) => <Because verdict={verdict} />,
        },
        {
          key: 'expected',
          head: 'Expected',
          cell: ({ failed }) => (
            <Json isThere={failed !== null && failed.field !== null} value={failed?.expected} />
          ),
        },
        {
          key: 'was',
          head: 'Was',
          cell: ({ failed }) => (
            <Json
              isStrong
              isThere={failed !== null && failed.field !== null}
              value={failed?.actual}
            />
          ),
        },
        {
          key: 'led',
          head: 'Led to',
          className: 'whitespace-nowrap',
          cell: (verdict) => <LedTo verdict={verdict} />,
        },
      ]}
      empty={empty}
      narrow={(verdict) => (
        <div className="grid gap-1">
          <span className="flex flex-wrap items-center justify-between gap-x-3">
            <RefLink href={paths.rule(verdict.rule_ref)} value={verdict.rule_ref} />
            <Verdict verdict={verdict} />
          </span>
          <span className="text-xs">
            <Because verdict={verdict} />
            {verdict.failed !== null && verdict.failed.field !== null && (
              <>
                {' '}
                <Json isThere value={verdict.failed.expected} />, was{' '}
                <Json isStrong isThere value={verdict.failed.actual} />
              </>
            )}
          </span>
          <span className="text-xs">
            <LedTo verdict={verdict} />
          </span>
        </div>
      )}
      rowClassName={({ enabled }) => (enabled ? 'h-8' : 'h-8 text-ink-3')}
      rowKey={({ rule }) => rule}
      rows={verdicts}
    />
  );
}

function Verdict({ verdict: { enabled, matched } }: { readonly verdict: RuleVerdict }) {
  if (!enabled) {
    return (
      <span className="inline-flex items-center gap-1.5 font-medium">
        <Glyph name="requested" /> not considered
      </span>
    );
  }
  return matched ? (
    <span className="inline-flex items-center gap-1.5 font-medium text-ink-2">
      <Glyph className="text-completed" name="completed" /> matched
    </span>
  ) : (
    <span className="inline-flex items-center gap-1.5 font-medium text-ink-2">
      <Glyph name="no-match" /> did not match
    </span>
  );
}

function Because({
  verdict: { matched, failed, reason, enabled },
}: {
  readonly verdict: RuleVerdict;
}) {
  if (!enabled) return 'it was switched off';
  if (matched)
    return reason === null ? 'its conditions hold' : `its conditions hold; no run: ${reason}`;
  if (failed === null) return 'its conditions do not hold';
  if (failed.field === null) return failed.message;
  return (
    <span title={failed.message}>
      <code className="font-mono text-xs">{failed.field}</code>{' '}
      <b className="font-medium">{OPERATOR_WORDS[failed.operator ?? ''] ?? failed.operator}</b>
      {isNested(failed.path) && <span className="ml-1.5 text-xs text-ink-3">{failed.path}</span>}
    </span>
  );
}

/** `all[1]` is one of a plain list, which its field names well enough; `all[1].any[0]` is not. */
const isNested = (path: string): boolean => path.includes('.');

const VALUE_CHARS_MAX = 120;

function Json({
  value,
  isThere,
  isStrong = false,
}: {
  readonly value: unknown;
  readonly isThere: boolean;
  readonly isStrong?: boolean;
}) {
  if (!isThere) return null;
  const text = JSON.stringify(value) ?? 'null';
  return (
    <code
      className={`font-mono text-xs wrap-anywhere ${isStrong ? 'font-semibold' : 'text-ink-2'}`}
      title={text.slice(0, 2_000)}
    >
      {text.length > VALUE_CHARS_MAX ? `${text.slice(0, VALUE_CHARS_MAX)}…` : text}
    </code>
  );
}

function LedTo({ verdict: { enforcement, execution } }: { readonly verdict: RuleVerdict }) {
  if (enforcement === null) return <span className="text-ink-3">nothing</span>;
  const look = 'font-mono text-xs underline underline-offset-2';
  return (
    <>
      enforcement{' '}
      <Link className={look} href={paths.enforcement(enforcement)} prefetch={false}>
        {enforcement}
      </Link>
      {execution === null ? (
        ', no run'
      ) : (
        <>
          , run{' '}
          <Link className={look} href={paths.execution(execution)} prefetch={false}>
            {execution}
          </Link>
        </>
      )}
    </>
  );
}
