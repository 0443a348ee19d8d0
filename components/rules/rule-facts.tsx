import type { Rule } from '#lib/contracts/rules.ts';
import { paths } from '#lib/paths.ts';
import { Facts } from '#components/ui/facts.tsx';
import { JsonTree } from '#components/ui/json-tree.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import { ConditionList } from './condition-list.tsx';

/** What a rule says: when, if, then. */
export function RuleFacts({ rule }: { readonly rule: Rule }) {
  return (
    <>
      <Panel
        padded
        title="When"
        note={<RefLink href={paths.trigger(rule.trigger_ref)} value={rule.trigger_ref} />}
      >
        <Value nothing="No parameters." value={rule.trigger_params} />
      </Panel>
      <Panel padded title="If">
        <ConditionList
          conditions={rule.conditions}
          nothing="Always: every event of the trigger makes a run."
        />
      </Panel>
      <Panel
        padded
        title="Then"
        note={<RefLink href={paths.action(rule.action_ref)} value={rule.action_ref} />}
      >
        <Value nothing="No parameters." value={rule.action_params} />
      </Panel>
      <Panel padded title="Facts">
        <Facts
          facts={{
            Label: rule.label,
            Why: rule.description ?? undefined,
            Pack: <RefLink href={paths.pack(rule.pack_ref)} value={rule.pack_ref} />,
            'Trace tag':
              rule.trace_tag_template === null ? undefined : (
                <code className="font-mono text-xs">{rule.trace_tag_template}</code>
              ),
            Permissions:
              rule.permission_set_refs === null
                ? 'those of the action'
                : rule.permission_set_refs.join(', ') || 'none beyond its own run',
            Made: <Time at={rule.created} />,
            Changed: <Time at={rule.updated} />,
          }}
        />
      </Panel>
    </>
  );
}

function Value({ value, nothing }: { readonly value: unknown; readonly nothing: string }) {
  const isNothing = typeof value === 'object' && value !== null && Object.keys(value).length === 0;
  return isNothing ? <p className="text-ink-3">{nothing}</p> : <JsonTree value={value} />;
}
