import type { AuditRecord } from '#server/audit/record.ts';

/** Who asked for an event, and by which request. */
export type Asker = Pick<AuditRecord, 'actor' | 'requestId' | 'http'>;

/** A new event, as the audit names it; what it carries stands in its own row. */
interface CreatedEvent {
  readonly id: number;
  readonly trigger_ref: string;
  readonly asker: Asker;
}

/**
 * The records of events that share a transaction: one for each caller and trigger. One for each event would halve the
 * number of events that can be stored in a second; so one that stands for several counts them and names every one.
 */
export function eventsCreated(created: readonly CreatedEvent[]): AuditRecord[] {
  const groups = Map.groupBy(created, ({ trigger_ref, asker: { actor, http } }) =>
    JSON.stringify([actor, http, trigger_ref]),
  );
  return [...groups.values()].flatMap((group) => toRecord(group) ?? []);
}

function toRecord(group: readonly CreatedEvent[]): AuditRecord | null {
  const [first] = group;
  if (first === undefined) return null;
  const isOne = group.length === 1;
  return {
    category: 'execution',
    eventType: 'event.created',
    outcome: 'success',
    ...first.asker,
    resource: { type: 'event', id: isOne ? first.id : null, ref: first.trigger_ref },
    ...(!isOne && {
      count: group.length,
      details: {
        events: group.map(({ id }) => id),
        requests: group.flatMap(({ asker }) => asker.requestId ?? []),
      },
    }),
  };
}
