import type { Station } from '#components/ui/chain-strip.tsx';
import type { Event, RuleVerdict } from '#lib/contracts/events.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';

/** Where an event came from, and what came of it. */
export function eventChain(event: Event, verdicts: readonly RuleVerdict[]): Station[] {
  const enforcements = verdicts.flatMap(({ enforcement }) => enforcement ?? []);
  const runs = verdicts.flatMap(({ execution }) => execution ?? []);
  const matched = verdicts.filter(({ enabled, matched: isMatch }) => enabled && isMatch).length;
  const stations: (Station | false)[] = [
    event.source_kind === 'sensor' &&
      event.source_ref !== null && {
        kind: 'Sensor',
        ref: event.source_ref,
        href: paths.sensor(event.source_ref),
      },
    event.source_kind === 'execution' &&
      event.source !== null && {
        kind: 'Run',
        ref: event.source,
        href: paths.execution(event.source),
      },
    { kind: 'Trigger', ref: event.trigger_ref, href: paths.trigger(event.trigger_ref) },
    { kind: 'This event', ref: event.id, here: 'accent' },
    {
      kind: 'Rules',
      ref: `${verdicts.filter(({ enabled }) => enabled).length} considered`,
      note: `${matched} matched`,
    },
    several('Enforcement', enforcements, paths.enforcement),
    several('Run', runs, paths.execution),
  ];
  return stations.filter((station) => station !== false);
}

function several(
  kind: string,
  ids: readonly number[],
  href: (id: number) => string,
): Station | false {
  const [first] = ids;
  if (first === undefined) return false;
  return {
    kind: ids.length === 1 ? kind : `${kind}s`,
    ref: first,
    href: href(first),
    ...(ids.length > 1 && { note: `and ${counted(ids.length - 1, 'more', 'more')}` }),
  };
}
