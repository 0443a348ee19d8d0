import type { RuleSummary } from '#lib/contracts/rules.ts';
import { formatCount } from '#lib/format.ts';
import type { Activity } from '#lib/overview.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import { RuleSwitch } from './rule-switch.tsx';

interface RuleTableProps {
  readonly rules: readonly RuleSummary[];
  /** By ref; null for those who may not see runs. */
  readonly activity: Readonly<Record<string, Activity>> | null;
  readonly maySwitch: boolean;
  readonly empty?: React.ReactNode;
  /** What all of them have in common, and the page says anyway. */
  readonly without?: 'trigger' | 'action';
}

/** Rules with what they did in the last day. */
export function RuleTable({ rules, activity, maySwitch, empty, without }: RuleTableProps) {
  const of = (rule: RuleSummary) => activity?.[rule.ref];
  const onOff = (rule: RuleSummary) =>
    maySwitch ? (
      <RuleSwitch enabled={rule.enabled} ruleRef={rule.ref} />
    ) : (
      <span className={rule.enabled ? '' : 'text-ink-3'}>{rule.enabled ? 'on' : 'off'}</span>
    );
  const columns: Column<RuleSummary>[] = [
    { key: 'on', head: 'On', cell: onOff, className: 'w-16' },
    {
      key: 'rule',
      head: 'Rule',
      cell: (rule) => (
        <span className="flex flex-wrap items-baseline gap-x-3">
          <RefLink className="font-medium" href={paths.rule(rule.ref)} value={rule.ref} />
          <span className="text-ink-3 max-lg:hidden">{rule.label}</span>
        </span>
      ),
    },
    {
      key: 'trigger',
      head: 'When',
      cell: (rule) => <RefLink href={paths.trigger(rule.trigger_ref)} value={rule.trigger_ref} />,
    },
    {
      key: 'action',
      head: 'Then',
      cell: (rule) => <RefLink href={paths.action(rule.action_ref)} value={rule.action_ref} />,
    },
    {
      key: 'last',
      head: 'Last fired',
      numeric: true,
      cell: (rule) => <Time at={of(rule)?.lastAt ?? null} className="text-ink-2" />,
    },
    {
      key: 'runs',
      head: 'Runs, 24 h',
      numeric: true,
      from: 'lg',
      cell: (rule) => <Count value={of(rule)?.runs ?? 0} />,
    },
    {
      key: 'success',
      head: 'Completed, 24 h',
      numeric: true,
      from: 'lg',
      cell: (rule) => <Success activity={of(rule)} />,
    },
  ];
  return (
    <DataTable
      caption="Rules"
      columns={columns.filter(({ key }) => key !== without)}
      empty={empty}
      narrow={(rule) => (
        <div className="grid gap-1">
          <div className="flex items-center gap-2">
            <RefLink
              className="min-w-0 flex-1 font-medium wrap-anywhere"
              href={paths.rule(rule.ref)}
              value={rule.ref}
            />
            {onOff(rule)}
          </div>
          <p className="text-xs text-ink-2">
            {rule.trigger_ref} → {rule.action_ref} ·{' '}
            <span className="whitespace-nowrap">{counted(of(rule)?.runs ?? 0, 'run')} in 24 h</span>
          </p>
        </div>
      )}
      rowKey={(rule) => rule.id}
      rows={rules}
    />
  );
}

/** Zero is there, but quiet. */
export const Count = ({ value }: { readonly value: number }) => (
  <span className={value === 0 ? 'text-ink-3' : ''}>{formatCount(value)}</span>
);

/** The share of runs that completed among those that ended by themselves. */
export function Success({ activity }: { readonly activity: Activity | undefined }) {
  const ended = activity === undefined ? 0 : activity.completed + activity.unhappy;
  if (activity === undefined || ended === 0) return <span className="text-ink-3">–</span>;
  const share = activity.completed / ended;
  return (
    <span className={share === 1 ? '' : 'text-failed'}>
      {share === 1 ? '100' : Math.min(99.9, share * 100).toFixed(1)} %
    </span>
  );
}
