import type { RuleVersion } from '#lib/contracts/rules.ts';
import { jsonEquals } from '#lib/domain/json.ts';
import { DataTable } from '#components/ui/data-table.tsx';
import { Time } from '#components/ui/time.tsx';

const COMPARED = [
  'enabled',
  'trigger_ref',
  'action_ref',
  'conditions',
  'trigger_params',
  'action_params',
  'permission_set_refs',
  'trace_tag_template',
] as const;

const NAMES: Readonly<Record<(typeof COMPARED)[number], string>> = {
  enabled: 'on or off',
  trigger_ref: 'trigger',
  action_ref: 'action',
  conditions: 'conditions',
  trigger_params: 'parameters of the trigger',
  action_params: 'parameters of the action',
  permission_set_refs: 'permissions',
  trace_tag_template: 'trace tag',
};

/** What a rule said over time; each version says what it changed. */
export function VersionList({ versions }: { readonly versions: readonly RuleVersion[] }) {
  const changes = new Map(
    versions.map((version, index) => [version.version, changeOf(version, versions[index + 1])]),
  );
  return (
    <DataTable
      caption="Versions, newest first"
      columns={[
        { key: 'version', head: 'Version', cell: ({ version }) => `v${version}` },
        {
          key: 'change',
          head: 'What changed',
          className: 'w-[50%]',
          cell: ({ version }) => changes.get(version),
        },
        {
          key: 'by',
          head: 'By',
          cell: ({ changed_by: by }) => by ?? <span className="text-ink-3">–</span>,
        },
        {
          key: 'at',
          head: 'Since',
          numeric: true,
          cell: ({ created }) => <Time at={created} className="text-ink-2" />,
        },
      ]}
      rowKey={({ version }) => version}
      rows={versions}
    />
  );
}

function changeOf(version: RuleVersion, before: RuleVersion | undefined): string {
  if (before === undefined)
    return version.version === 1 ? 'created' : 'older versions are not shown';
  const names = COMPARED.filter((name) => !jsonEquals(version[name], before[name]));
  if (names.length === 1 && names[0] === 'enabled')
    return version.enabled ? 'switched on' : 'switched off';
  return names.length === 0 ? 'its words' : names.map((name) => NAMES[name]).join(', ');
}
