import type { Metadata } from 'next';
import type { Trigger } from '#lib/contracts/triggers.ts';
import { paths } from '#lib/paths.ts';
import { sendEventCommand } from '#lib/sentences/commands.ts';
import { counted } from '#lib/sentences/part.ts';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { SchemaTable } from '#components/forms/schema-table.tsx';
import { RuleTable } from '#components/rules/rule-table.tsx';
import { EventList } from '#components/triggers/event-list.tsx';
import { TriggerSwitch } from '#components/triggers/trigger-switch.tsx';
import { WebhookPanel } from '#components/triggers/webhook-panel.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listEvents } from '#server/events/service.ts';
import { getRuleActivity } from '#server/overview/activity.ts';
import { listRulesByTrigger } from '#server/rules/service.ts';
import { getTrigger } from '#server/triggers/service.ts';

interface TriggerPageProps {
  readonly params: Promise<{ readonly ref: string }>;
}

export async function generateMetadata({ params }: TriggerPageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).ref) };
}

export default async function TriggerPage({ params }: TriggerPageProps) {
  const [actor, { ref }] = await Promise.all([requireActor(), params]);
  return guard('this trigger', async () => {
    const trigger = await getTrigger(actor, decodeURIComponent(ref));
    const mayUpdate = can(actor, 'triggers:update', {
      pack_ref: trigger.pack_ref,
      ref: trigger.ref,
      id: trigger.id,
    });
    const [rules, activity, events] = await Promise.all([
      can(actor, 'rules:read') ? listRulesByTrigger(actor, trigger.ref, { page_size: 100 }) : null,
      can(actor, 'executions:read') ? getRuleActivity(actor) : null,
      can(actor, 'events:read') ? listEvents(actor, { trigger_ref: trigger.ref, limit: 10 }) : null,
    ]);
    const on = rules?.items.filter(({ enabled }) => enabled).length ?? 0;
    return (
      <>
        <PageHeader
          above={<RefLink value={trigger.ref} />}
          actions={
            <>
              {mayUpdate && <TriggerSwitch enabled={trigger.enabled} triggerRef={trigger.ref} />}
              {can(actor, 'rules:create') && (
                <ButtonLink href={paths.newRule({ trigger: trigger.ref })} variant="ink">
                  Write a rule for it
                </ButtonLink>
              )}
            </>
          }
          sentence={sentenceOf(trigger, on)}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_400px]">
          <div className="grid min-w-0 gap-3">
            {rules !== null && (
              <Panel title="Rules that wait for it">
                <RuleTable
                  activity={activity}
                  empty={
                    <Empty>No rule waits for it: its events are stored, and nothing runs.</Empty>
                  }
                  maySwitch={can(actor, 'rules:update')}
                  rules={rules.items}
                  without="trigger"
                />
              </Panel>
            )}
            {events !== null && (
              <Panel
                end={
                  <ButtonLink href={paths.events({ trigger_ref: trigger.ref })} variant="plain">
                    See all
                  </ButtonLink>
                }
                note="newest first"
                title="Events"
              >
                <EventList
                  empty={
                    <Empty command={sendEventCommand(trigger.ref)}>
                      No event of it yet. Send one to try it:
                    </Empty>
                  }
                  events={events.items}
                />
              </Panel>
            )}
            <Panel title="What a rule gives it">
              <SchemaTable
                caption="Parameters"
                fields={schemaFields(trigger.param_schema)}
                nothing="Nothing: it takes no parameters."
              />
            </Panel>
            <Panel title="What its events carry">
              <SchemaTable
                caption="Payload"
                fields={schemaFields(trigger.out_schema)}
                nothing="Its payload is not described."
              />
            </Panel>
          </div>
          <div className="grid min-w-0 gap-3">
            <WebhookPanel mayUpdate={mayUpdate} trigger={trigger} />
            <Panel padded title="Facts">
              <Facts
                facts={{
                  Label: trigger.label,
                  About: trigger.description ?? undefined,
                  Pack:
                    trigger.pack_ref === null ? undefined : (
                      <RefLink href={paths.pack(trigger.pack_ref)} value={trigger.pack_ref} />
                    ),
                  Sensor:
                    trigger.sensor_ref === null ? (
                      'none; webhooks and the API'
                    ) : (
                      <RefLink href={paths.sensor(trigger.sensor_ref)} value={trigger.sensor_ref} />
                    ),
                  'May be used': trigger.reference_visibility,
                }}
              />
            </Panel>
          </div>
        </div>
      </>
    );
  });
}

function sentenceOf(
  { ref, enabled, sensor_ref: sensor, webhook_enabled: isOpen }: Trigger,
  rules: number,
): string {
  if (!enabled) return `${ref} is switched off: its events match no rule.`;
  const source = [sensor === null ? '' : `the sensor ${sensor}`, isOpen ? 'its webhook' : '']
    .filter(Boolean)
    .join(' and ');
  const waits =
    rules === 0
      ? 'no rule that is on waits for it'
      : `${counted(rules, 'rule')} that ${rules === 1 ? 'is' : 'are'} on ${rules === 1 ? 'waits' : 'wait'} for it`;
  return source === ''
    ? `${ref} is fired through the API only; ${waits}.`
    : `${ref} is fired by ${source}; ${waits}.`;
}
