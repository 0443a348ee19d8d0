import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { EnforcementStatusMark } from '#components/enforcements/enforcement-table.tsx';
import { ChainStrip, type Station } from '#components/ui/chain-strip.tsx';
import { ConditionList } from '#components/rules/condition-list.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Forbidden } from '#components/ui/forbidden.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { JsonTree } from '#components/ui/json-tree.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Enforcement } from '#lib/contracts/enforcements.ts';
import { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';
import { enforcementSentence } from '#lib/sentences/enforcement.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getEnforcement } from '#server/enforcements/service.ts';

type Props = PageProps<'/enforcements/[id]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Enforcement ${(await params).id}` };
}

export default async function EnforcementPage({ params }: Props) {
  if (!can(await requireActor(), 'enforcements:read'))
    return <Forbidden permission="enforcements:read" what="this enforcement" />;
  const enforcement = await load((await params).id);
  const { conditions, config, payload, reason } = enforcement;
  const hasConditions = Object.values(conditions).some(
    (list) => Array.isArray(list) && list.length > 0,
  );

  return (
    <>
      <PageHeader
        above={
          <>
            <EnforcementStatusMark status={enforcement.status} />
            <span>
              · Enforcement {enforcement.id} · <Time at={enforcement.created} kind="clock" />,{' '}
              <Time at={enforcement.created} />
            </span>
          </>
        }
        sentence={enforcementSentence(enforcement)}
      >
        <ChainStrip label="Where this stands" stations={chainOf(enforcement)} />
      </PageHeader>
      <div className="grid items-start gap-3 lg:grid-cols-2">
        {enforcement.execution === null && enforcement.status !== 'created' && (
          <Panel className="lg:col-span-2" padded title="Why no run was made">
            <p className="flex items-start gap-1.5">
              <Glyph className="mt-1 text-timeout" name="warning" />
              {reason ?? 'No reason was recorded.'}
            </p>
            {enforcement.reason_details !== null && (
              <div className="mt-2">
                <JsonTree value={enforcement.reason_details} />
              </div>
            )}
          </Panel>
        )}
        <Panel padded note="as rendered for the action" title="Parameters">
          {config === null ? (
            <p className="text-ink-2">They were not rendered.</p>
          ) : Object.keys(config).length === 0 ? (
            <p className="text-ink-2">The rule gives none.</p>
          ) : (
            <JsonTree value={config} />
          )}
        </Panel>
        <div className="grid gap-3">
          <Panel padded title="Verdict">
            <Facts
              facts={{
                Rule: (
                  <>
                    <RefLink href={paths.rule(enforcement.rule_ref)} value={enforcement.rule_ref} />{' '}
                    <span className="text-ink-3">v{enforcement.rule_version}</span>
                  </>
                ),
                Conditions: hasConditions
                  ? `${enforcement.condition === 'all' ? 'all of them' : 'at least one of them'} held`
                  : 'none: every event of the trigger matches',
                Matched: <Time at={enforcement.created} kind="exact" />,
                Settled: <Time at={enforcement.resolved_at} kind="exact" />,
              }}
            />
            {hasConditions && (
              <div className="mt-2">
                <ConditionList conditions={conditions} nothing="" />
              </div>
            )}
          </Panel>
          <Panel padded note="of the event" title="Payload">
            {Object.keys(payload).length === 0 ? (
              <p className="text-ink-2">It carried nothing.</p>
            ) : (
              <JsonTree root="event.payload" value={payload} />
            )}
          </Panel>
        </div>
      </div>
    </>
  );
}

function chainOf(enforcement: Enforcement): Station[] {
  const {
    trigger_ref: trigger,
    event,
    rule_ref: rule,
    rule_version: version,
    id,
    status,
    execution,
  } = enforcement;
  const isIdle = execution === null && status !== 'created';
  return [
    { kind: 'Trigger', ref: trigger, href: paths.trigger(trigger) },
    ...(event === null ? [] : [{ kind: 'Event', ref: event, href: paths.event(event) }]),
    { kind: `Rule v${version}`, ref: rule, href: paths.rule(rule) },
    { kind: 'This enforcement', ref: id, note: status, here: isIdle ? 'timeout' : 'accent' },
    ...(execution === null
      ? []
      : [{ kind: 'Run', ref: execution, href: paths.execution(execution) }]),
  ];
}

async function load(id: string): Promise<Enforcement> {
  const actor = await requireActor();
  if (!/^[1-9]\d{0,14}$/.test(id)) notFound();
  try {
    return await getEnforcement(actor, Number(id));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') notFound();
    throw error;
  }
}
