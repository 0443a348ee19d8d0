import type { Station } from '#components/ui/chain-strip.tsx';
import type { Enforcement } from '#lib/contracts/enforcements.ts';
import type { Event } from '#lib/contracts/events.ts';
import type { Execution, ExecutionSummary } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { paths } from '#lib/paths.ts';

/** What is known around a run; null where there is none, it is gone, or it may not be seen. */
export interface Surroundings {
  readonly event: Event | null;
  readonly enforcement: Enforcement | null;
  readonly children: readonly ExecutionSummary[];
}

/** Why a run is there, and what it led to. */
export function chainOf(run: Execution, { event, enforcement, children }: Surroundings): Station[] {
  const stations: (Station | false)[] = [
    event?.source_kind === 'sensor' &&
      event.source_ref !== null && {
        kind: 'Sensor',
        ref: event.source_ref,
        href: paths.sensor(event.source_ref),
      },
    run.trigger_ref !== null && {
      kind: 'Trigger',
      ref: run.trigger_ref,
      href: paths.trigger(run.trigger_ref),
    },
    run.event !== null && { kind: 'Event', ref: run.event, href: paths.event(run.event) },
    run.rule_ref !== null && {
      kind: enforcement === null ? 'Rule' : `Rule v${enforcement.rule_version}`,
      ref: run.rule_ref,
      href: paths.rule(run.rule_ref),
    },
    run.enforcement !== null && {
      kind: 'Enforcement',
      ref: run.enforcement,
      href: paths.enforcement(run.enforcement),
    },
    run.root !== null &&
      run.root !== run.parent &&
      run.root !== run.id && { kind: 'Root', ref: run.root, href: paths.execution(run.root) },
    run.parent !== null && { kind: 'Parent', ref: run.parent, href: paths.execution(run.parent) },
    { kind: 'This run', ref: run.id, note: run.status, here: toneOf(run) },
    ...children.slice(0, 3).map((child): Station => ({
      kind: 'Child',
      ref: child.id,
      href: paths.execution(child.id),
      note: child.status,
    })),
  ];
  return stations.filter((station) => station !== false);
}

function toneOf({ status }: Execution): Station['here'] {
  if (status === 'timeout') return 'timeout';
  return isFinal(status) && status !== 'completed' && status !== 'cancelled' ? 'failed' : 'accent';
}
