import type { Overview } from '#lib/overview.ts';
import { paths } from '#lib/paths.ts';
import { counted, listed, type Part } from './part.ts';

/** The one sentence of Home: the worst news there is, or that all is well. */
export function homeSentence(overview: Overview): Part[] {
  const { workers, waiting, stuck, failingSensors, worst, ended } = overview;
  const window = windowWords(overview.windowMinutes);
  if (workers.alive === 0) {
    return [
      waiting.count === 0
        ? 'No worker is connected.'
        : `No worker is connected and ${counted(waiting.count, 'run')} ${waiting.count === 1 ? 'waits' : 'wait'}.`,
      ' Start one with npx attune worker.',
    ];
  }
  if (stuck.length > 0) {
    const [first] = stuck;
    return [
      `${counted(stuck.length, 'run')} ${stuck.length === 1 ? 'is' : 'are'} stuck, the oldest is `,
      { text: String(first), href: paths.execution(first ?? 0) },
      '.',
    ];
  }
  const rest =
    failingSensors.length === 0
      ? 'Everything else is well.'
      : `${listed(failingSensors.map(({ ref }) => ref))} ${failingSensors.length === 1 ? 'is' : 'are'} being restarted.`;
  if (worst !== null) {
    const link = {
      text: worst.actionRef,
      href: paths.executions({
        status: ['failed', 'timeout', 'abandoned'],
        action: worst.actionRef,
      }),
    };
    return [
      `${worst.unhappy} of ${counted(worst.runs, 'run')} of `,
      link,
      ` in the last ${window} did not complete. ${others(overview)}${rest}`,
    ];
  }
  const [sensor] = failingSensors;
  if (sensor !== undefined) {
    return [
      'The sensor ',
      { text: sensor.ref, href: paths.sensor(sensor.ref) },
      ` ended ${counted(sensor.failures, 'time')} in a row and is being restarted. All runs completed.`,
    ];
  }
  if (ended.completed > 0)
    return [
      `All is well: ${counted(ended.completed, 'run')} completed in the last ${window}, none failed.`,
    ];
  return [nothingRan(overview, window)];
}

const windowWords = (minutes: number): string => (minutes === 60 ? 'hour' : `${minutes} min`);

/** More actions than the worst one had runs that did not complete. */
function others({ ended, worst }: Overview): string {
  const more = ended.failed + ended.timeout + ended.abandoned - (worst?.unhappy ?? 0);
  return more <= 0
    ? ''
    : `Nor did ${counted(more, 'run')} of ${more === 1 ? 'another action' : 'other actions'}. `;
}

function nothingRan({ rules, running, waiting }: Overview, window: string): string {
  if (running.count + waiting.count > 0)
    return `${counted(running.count, 'run')} in progress, ${waiting.count} waiting; none has ended in the last ${window}.`;
  if (rules.enabled === 0) return 'Nothing runs: no rule is switched on.';
  return `Nothing ran in the last ${window}. ${counted(rules.enabled, 'rule')} ${rules.enabled === 1 ? 'is' : 'are'} on.`;
}

/** The share of runs that completed among those that ended by themselves; null when none did. */
export function successRate({
  completed,
  failed,
  timeout,
  abandoned,
}: Overview['ended']): number | null {
  const ended = completed + failed + timeout + abandoned;
  return ended === 0 ? null : completed / ended;
}
