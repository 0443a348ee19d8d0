import type { Metadata } from 'next';
import { paths } from '#lib/paths.ts';
import { sendEventCommand } from '#lib/sentences/commands.ts';
import { ruleSentence } from '#lib/sentences/rule.ts';
import { LiveRefresh } from '#components/live/live-refresh.tsx';
import { DeleteRule } from '#components/rules/delete-rule.tsx';
import { EnforcementList } from '#components/rules/enforcement-list.tsx';
import { RuleFacts } from '#components/rules/rule-facts.tsx';
import { RuleSwitch } from '#components/rules/rule-switch.tsx';
import { RunList } from '#components/rules/run-list.tsx';
import { VersionList } from '#components/rules/version-list.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listEnforcements } from '#server/enforcements/service.ts';
import { listExecutions } from '#server/executions/service.ts';
import { getRule, listRuleVersions } from '#server/rules/service.ts';

interface RulePageProps {
  readonly params: Promise<{ readonly ref: string }>;
}

export async function generateMetadata({ params }: RulePageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).ref) };
}

const SHOWN = { limit: 10 };

export default async function RulePage({ params }: RulePageProps) {
  const [actor, { ref }] = await Promise.all([requireActor(), params]);
  const readAtMs = Date.now();
  return guard('this rule', async () => {
    const rule = await getRule(actor, decodeURIComponent(ref));
    const target = { pack_ref: rule.pack_ref, ref: rule.ref, id: rule.id };
    const mayUpdate = can(actor, 'rules:update', target);
    const [runs, enforcements, versions] = await Promise.all([
      can(actor, 'executions:read')
        ? listExecutions(actor, { ...SHOWN, rule_ref: rule.ref })
        : null,
      can(actor, 'enforcements:read')
        ? listEnforcements(actor, { ...SHOWN, rule_ref: rule.ref })
        : null,
      listRuleVersions(actor, rule.ref, { ...SHOWN }),
    ]);
    return (
      <>
        <LiveRefresh
          readAtMs={readAtMs}
          topics={['rules', 'events', 'enforcements', 'executions']}
        />
        <PageHeader
          above={
            <>
              <RefLink value={rule.ref} /> <span className="text-ink-3">v{rule.version}</span>
            </>
          }
          actions={
            <>
              {mayUpdate && <RuleSwitch enabled={rule.enabled} ruleRef={rule.ref} worded />}
              {can(actor, 'rules:delete', target) && (
                <DeleteRule ruleRef={rule.ref} triggerRef={rule.trigger_ref} />
              )}
              {mayUpdate && (
                <ButtonLink href={paths.editRule(rule.ref)} variant="ink">
                  Edit
                </ButtonLink>
              )}
            </>
          }
          sentence={ruleSentence({
            ...rule,
            trigger_params: rule.trigger_params,
            conditions: rule.conditions,
          })}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_360px]">
          <div className="grid min-w-0 gap-3">
            {runs !== null && (
              <Panel
                end={<RefAll href={paths.executions({ rule: rule.ref })} />}
                note="newest first"
                title="Runs"
              >
                <RunList
                  empty={
                    <Empty {...(rule.enabled && { command: sendEventCommand(rule.trigger_ref) })}>
                      No run of this rule yet.{' '}
                      {rule.enabled
                        ? `It waits for an event of ${rule.trigger_ref}; send one to try it:`
                        : 'It is switched off: events of its trigger pass it by.'}
                    </Empty>
                  }
                  runs={runs.items}
                  without="rule"
                />
              </Panel>
            )}
            {enforcements !== null && (
              <Panel
                end={<RefAll href={paths.enforcements({ rule_ref: rule.ref })} />}
                note="newest first"
                title="Enforcements"
              >
                <EnforcementList
                  empty="It has matched no event yet."
                  enforcements={enforcements.items}
                />
              </Panel>
            )}
            <Panel note="newest first" title="Versions">
              <VersionList versions={versions.items} />
            </Panel>
          </div>
          <div className="grid min-w-0 gap-3">
            <RuleFacts rule={rule} />
          </div>
        </div>
      </>
    );
  });
}

const RefAll = ({ href }: { readonly href: string }) => (
  <ButtonLink href={href} variant="plain">
    See all
  </ButtonLink>
);
