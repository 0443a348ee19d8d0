import type { Overview } from '#lib/overview.ts';
import { paths } from '#lib/paths.ts';
import { counted, listed } from '#lib/sentences/part.ts';

export interface Look {
  readonly severity: 'alarm' | 'warning';
  readonly title: string;
  readonly detail: string;
  readonly href: string;
}

/** Runs that are kept away from workers, for they may be what ends them. */
export interface Quarantined {
  readonly count: number;
  readonly hasMore: boolean;
}

const NONE: Quarantined = { count: 0, hasMore: false };

/** What somebody should look at although no run says so; alarms first. */
export function looksOf(
  { lateTokenCalls, failingSensors, workers, enforcements, stuck }: Overview,
  quarantined: Quarantined = NONE,
): Look[] {
  const looks: Look[] = [];
  if (quarantined.count > 0) {
    looks.push({
      severity: 'alarm',
      title: `${counted(quarantined.count, 'run')}${quarantined.hasMore ? ' or more' : ''} quarantined in the last 24 h`,
      detail: 'Its workers died while they ran it, or none could take it. It is not tried again.',
      href: paths.executions({ reason: 'quarantined' }),
    });
  }
  if (stuck.length > 0) {
    looks.push({
      severity: 'alarm',
      title: `${counted(stuck.length, 'run')} ${stuck.length === 1 ? 'is' : 'are'} stuck`,
      detail: 'They wait although slots are free, or run past their time-out.',
      href: paths.execution(stuck[0] ?? 0),
    });
  }
  if (lateTokenCalls.count > 0) {
    looks.push({
      severity: 'alarm',
      title: 'A token was used after its run ended',
      detail: `${counted(lateTokenCalls.count, 'call')}, all refused.`,
      href:
        lateTokenCalls.execution === null
          ? paths.executions()
          : `${paths.execution(lateTokenCalls.execution)}?tab=token`,
    });
  }
  for (const { ref, failures, error } of failingSensors) {
    looks.push({
      severity: 'alarm',
      title: `${ref} ended ${counted(failures, 'time')} in a row`,
      detail: error ?? 'It is started again, later each time.',
      href: paths.sensor(ref),
    });
  }
  if (workers.withoutIsolation.length > 0) {
    looks.push({
      severity: 'warning',
      title: `${listed(workers.withoutIsolation)} ${workers.withoutIsolation.length === 1 ? 'isolates' : 'isolate'} weakly`,
      detail: 'Process group only, no bwrap.',
      href: paths.workers(),
    });
  }
  if (enforcements.withoutRun > 0) {
    looks.push({
      severity: 'warning',
      title: `${counted(enforcements.withoutRun, 'match', 'matches')} made no run`,
      detail: 'The parameters did not fit, or the action is disabled.',
      href: paths.enforcements({ status: 'disabled' }),
    });
  }
  return looks;
}
