import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { sourceWords } from '#components/events/event-table.tsx';
import { eventChain } from '#components/events/event-chain.ts';
import { VerdictTable } from '#components/events/verdict-table.tsx';
import { ChainStrip } from '#components/ui/chain-strip.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Forbidden } from '#components/ui/forbidden.tsx';
import { JsonTree } from '#components/ui/json-tree.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { Time } from '#components/ui/time.tsx';
import { AppError } from '#lib/errors.ts';
import { formatBytes } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { eventSentence } from '#lib/sentences/event.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getEvent, getVerdicts } from '#server/events/service.ts';

type Props = PageProps<'/events/[id]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Event ${(await params).id}` };
}

export default async function EventPage({ params }: Props) {
  const actor = await requireActor();
  if (!can(actor, 'events:read')) return <Forbidden permission="events:read" what="this event" />;
  const event = await load((await params).id);
  const verdicts = await getVerdicts(actor, event.id);

  return (
    <>
      <PageHeader
        above={
          <>
            <span>
              Event {event.id} of{' '}
              <RefLink
                className="text-ink"
                href={paths.trigger(event.trigger_ref)}
                value={event.trigger_ref}
              />
            </span>
            <span>
              · <Time at={event.created} kind="clock" />, <Time at={event.created} />
            </span>
          </>
        }
        sentence={eventSentence(event.trigger_ref, verdicts)}
      >
        <ChainStrip label="What came of this event" stations={eventChain(event, verdicts)} />
      </PageHeader>
      <Panel
        footer={
          <>
            A rule is missing here? It listens to another trigger, or was made later.{' '}
            <a className="underline underline-offset-2" href={paths.rules()}>
              Find a rule
            </a>
          </>
        }
        note="as they were when the event came; the verdicts do not change later"
        title="Rules considered"
      >
        <VerdictTable
          empty={<Empty>No rule listened to {event.trigger_ref} at that moment.</Empty>}
          verdicts={verdicts}
        />
      </Panel>
      <div className="mt-3 grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_420px]">
        <Panel padded title="Payload">
          {Object.keys(event.payload).length === 0 ? (
            <p className="text-ink-2">It carried nothing.</p>
          ) : (
            <JsonTree root="event.payload" value={event.payload} />
          )}
        </Panel>
        <Panel padded title="How it arrived">
          <Facts
            facts={{
              'Came from':
                event.source_kind === 'sensor' && event.source_ref !== null ? (
                  <RefLink href={paths.sensor(event.source_ref)} value={event.source_ref} />
                ) : (
                  sourceWords(event)
                ),
              Received: <Time at={event.created} kind="exact" />,
              Size: formatBytes(new TextEncoder().encode(JSON.stringify(event.payload)).length),
              'Trace tag':
                event.trace_tag === null ? (
                  '–'
                ) : (
                  <RefLink
                    href={paths.executions({ trace: event.trace_tag })}
                    value={event.trace_tag}
                  />
                ),
              'Aimed at':
                event.rule_ref === null ? (
                  'all rules of the trigger'
                ) : (
                  <RefLink href={paths.rule(event.rule_ref)} value={event.rule_ref} />
                ),
              'Rule set': `revision ${event.rule_set_revision}`,
            }}
          />
        </Panel>
      </div>
    </>
  );
}

async function load(id: string) {
  const actor = await requireActor();
  if (!/^[1-9]\d{0,14}$/.test(id)) notFound();
  try {
    return await getEvent(actor, Number(id));
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') notFound();
    throw error;
  }
}
