import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import type { Pack } from '#lib/contracts/packs.ts';
import { paths } from '#lib/paths.ts';
import { counted, listed } from '#lib/sentences/part.ts';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { SchemaTable } from '#components/forms/schema-table.tsx';
import { DeletePack } from '#components/packs/delete-pack.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { guard } from '#components/ui/guard.tsx';
import { JsonTree } from '#components/ui/json-tree.tsx';
import { Markdown } from '#components/ui/markdown.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import { listActionsByPack } from '#server/actions/service.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getPack } from '#server/packs/service.ts';
import { listRulesByPack } from '#server/rules/service.ts';
import { listSensorsByPack } from '#server/sensors/service.ts';
import { listTriggersByPack } from '#server/triggers/service.ts';

interface PackPageProps {
  readonly params: Promise<{ readonly ref: string }>;
}

export async function generateMetadata({ params }: PackPageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).ref) };
}

const ALL = { page_size: 500 };

export default async function PackPage({ params }: PackPageProps) {
  const [actor, { ref }] = await Promise.all([requireActor(), params]);
  return guard('this pack', async () => {
    const pack = await getPack(actor, decodeURIComponent(ref));
    const [actions, triggers, sensors, rules] = await Promise.all([
      can(actor, 'actions:read') ? listActionsByPack(actor, pack.ref, ALL) : null,
      can(actor, 'triggers:read') ? listTriggersByPack(actor, pack.ref, ALL) : null,
      can(actor, 'sensors:read') ? listSensorsByPack(actor, pack.ref, ALL) : null,
      can(actor, 'rules:read') ? listRulesByPack(actor, pack.ref, ALL) : null,
    ]);
    return (
      <>
        <PageHeader
          above={
            <>
              <RefLink value={pack.ref} /> <span className="text-ink-3">{pack.version}</span>
            </>
          }
          actions={
            can(actor, 'packs:delete', { pack_ref: pack.ref, ref: pack.ref }) &&
            !pack.is_standard ? (
              <DeletePack counts={pack.component_counts} packRef={pack.ref} />
            ) : undefined
          }
          sentence={sentenceOf(pack)}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_400px]">
          <div className="grid min-w-0 gap-3">
            <Components items={actions?.items ?? []} href={paths.action} title="Actions" />
            <Components items={triggers?.items ?? []} href={paths.trigger} title="Triggers" />
            <Components items={sensors?.items ?? []} href={paths.sensor} title="Sensors" />
            <Components items={rules?.items ?? []} href={paths.rule} title="Rules" />
            {pack.readme !== null && (
              <Panel padded title="README">
                <Markdown text={pack.readme} />
              </Panel>
            )}
          </div>
          <div className="grid min-w-0 gap-3">
            <Panel padded title="Facts">
              <Facts facts={factsOf(pack)} />
            </Panel>
            <Panel title="Configuration">
              <SchemaTable
                caption="Configuration"
                fields={schemaFields(pack.conf_schema)}
                nothing="It takes no configuration."
              />
              {Object.keys(pack.config).length > 0 && (
                <div className="border-t border-line p-3">
                  <JsonTree root="pack.config" value={pack.config} />
                </div>
              )}
            </Panel>
          </div>
        </div>
      </>
    );
  });
}

interface ComponentsProps {
  readonly title: string;
  readonly items: readonly {
    readonly ref: string;
    readonly label: string;
    readonly description?: string | null;
    readonly enabled: boolean;
  }[];
  readonly href: (ref: string) => string;
}

function Components({ title, items, href }: ComponentsProps) {
  if (items.length === 0) return null;
  return (
    <Panel end={String(items.length)} title={title}>
      <ul>
        {items.map(({ ref, label, description, enabled }) => (
          <li
            key={ref}
            className="flex min-h-[30px] flex-wrap items-center gap-x-3 border-b border-line px-3 last:border-b-0 hover:bg-hover max-md:py-1.5"
          >
            <RefLink className="font-medium" href={href(ref)} value={ref} />
            <span className="min-w-0 flex-1 text-ink-2 max-md:basis-full md:truncate">
              {description ?? label}
            </span>
            {!enabled && <span className="text-ink-3">off</span>}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

const factsOf = (pack: Pack): Record<string, ReactNode> => ({
  Label: pack.label,
  About: pack.description ?? undefined,
  Version: pack.version,
  From:
    pack.source_path === null ? (
      'made here, without files'
    ) : (
      <code className="font-mono text-xs">{pack.source_path}</code>
    ),
  Digest:
    pack.digest === null ? undefined : (
      <code className="font-mono text-xs">{pack.digest.slice(0, 16)}</code>
    ),
  'Depends on': pack.dependencies.length === 0 ? undefined : pack.dependencies.join(', '),
  Needs: pack.runtime_deps.length === 0 ? undefined : pack.runtime_deps.join(', '),
  Tags: pack.tags.length === 0 ? undefined : pack.tags.join(', '),
  Registered: <Time at={pack.created} />,
  Changed: <Time at={pack.updated} />,
});

function sentenceOf({
  ref,
  label,
  component_counts: { actions, triggers, sensors, rules },
}: Pack): string {
  const parts = [
    actions > 0 && counted(actions, 'action'),
    triggers > 0 && counted(triggers, 'trigger'),
    sensors > 0 && counted(sensors, 'sensor'),
    rules > 0 && counted(rules, 'rule'),
  ].filter((part) => part !== false);
  return parts.length === 0
    ? `${label} (${ref}) is empty: rules can be written into it.`
    : `${label} (${ref}) holds ${listed(parts)}.`;
}
