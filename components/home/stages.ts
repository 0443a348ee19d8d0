import type { EndStatus, Overview } from '#lib/overview.ts';
import { paths } from '#lib/paths.ts';

/** One station of the board. */
export interface Stage {
  readonly title: string;
  readonly href: string;
  readonly figure: string;
  readonly unit: string;
  readonly state: 'calm' | 'warning' | 'alarm';
  /** What stands on the line before it: how many come through. */
  readonly join: string | null;
  readonly bars: readonly number[];
  readonly rows: readonly StageRow[];
}

export interface StageRow {
  readonly label: string;
  readonly value: string;
  readonly href: string;
  readonly tone: 'plain' | 'warning' | 'alarm' | 'lost';
  readonly glyph?: 'completed' | 'failed' | 'timeout' | 'cancelled' | 'abandoned' | 'warning';
}

const TRIGGERS_SHOWN_MAX = 3;

const whole = (count: number): string => count.toLocaleString('en');
const rate = (count: number): string =>
  count >= 100 || count === 0 ? Math.round(count).toLocaleString('en') : count.toFixed(1);
const row = (
  label: string,
  count: number,
  href: string,
  tone: StageRow['tone'] = 'plain',
  glyph?: StageRow['glyph'],
): StageRow => ({
  label,
  value: whole(count),
  href,
  tone,
  ...(glyph && { glyph }),
});

/** The five stations, from an overview. */
export function stagesOf(overview: Overview): Stage[] {
  const { sensors, triggers, rules, enforcements, ended, windowMinutes, bars } = overview;
  const perMinute = (count: number) => rate(count / windowMinutes);
  const executions = (status: EndStatus) => paths.executions({ status: [status] });
  const unhappy = ended.failed + ended.timeout + ended.abandoned;
  return [
    {
      title: 'Sensors',
      href: paths.sensors(),
      figure: perMinute(overview.events),
      unit: 'events/min',
      state: sensors.failing > 0 ? 'alarm' : 'calm',
      join: null,
      bars: bars.events,
      rows: [
        row('Running', sensors.running, paths.sensors()),
        row(
          'Restarting',
          sensors.failing,
          paths.sensors(),
          'alarm',
          ...(sensors.failing > 0 ? (['warning'] as const) : []),
        ),
        row('Stopped', sensors.stopped, paths.sensors()),
        row('Events stored', overview.events, paths.events()),
      ],
    },
    {
      title: 'Triggers',
      href: paths.triggers(),
      figure: whole(triggers.fired.length),
      unit: `of ${whole(triggers.total)} fired`,
      state: 'calm',
      join: null,
      bars: bars.triggers,
      rows: triggerRows(overview),
    },
    {
      title: 'Rules',
      href: paths.rules(),
      figure: perMinute(overview.checks),
      unit: 'checks/min',
      state: 'calm',
      join:
        overview.events === 0 ? null : `${rate(overview.checks / overview.events)} rules per event`,
      bars: bars.checks,
      rows: [
        row('Matched', enforcements.created, paths.enforcements()),
        row('Did not match', Math.max(0, overview.checks - enforcements.created), paths.events()),
        row('Switched on', rules.enabled, paths.rules()),
        row('Switched off', rules.total - rules.enabled, paths.rules()),
      ],
    },
    {
      title: 'Enforcements',
      href: paths.enforcements(),
      figure: perMinute(enforcements.created),
      unit: '/min',
      state: enforcements.withoutRun > 0 ? 'warning' : 'calm',
      join:
        overview.checks === 0
          ? null
          : `${rate((enforcements.created / overview.checks) * 100)} % match`,
      bars: bars.enforcements,
      rows: [
        row(
          'With a run',
          enforcements.created - enforcements.withoutRun,
          paths.enforcements({ status: 'processed' }),
        ),
        row(
          'Without a run',
          enforcements.withoutRun,
          paths.enforcements({ status: 'disabled' }),
          'warning',
          ...(enforcements.withoutRun > 0 ? (['warning'] as const) : []),
        ),
      ],
    },
    {
      title: 'Executions',
      href: paths.executions(),
      figure: perMinute(ended.completed + unhappy + ended.cancelled),
      unit: 'finished/min',
      state: unhappy > 0 ? 'alarm' : 'calm',
      join: enforcements.created === 0 ? null : 'one run each',
      bars: bars.finished,
      rows: [
        row('Completed', ended.completed, executions('completed'), 'plain', 'completed'),
        row('Failed', ended.failed, executions('failed'), 'alarm', 'failed'),
        row('Timed out', ended.timeout, executions('timeout'), 'warning', 'timeout'),
        ended.abandoned > 0
          ? row('Abandoned', ended.abandoned, executions('abandoned'), 'lost', 'abandoned')
          : row('Cancelled', ended.cancelled, executions('cancelled'), 'plain', 'cancelled'),
      ],
    },
  ];
}

function triggerRows({ triggers: { fired }, windowMinutes }: Overview): StageRow[] {
  const shown = fired.length > TRIGGERS_SHOWN_MAX + 1 ? fired.slice(0, TRIGGERS_SHOWN_MAX) : fired;
  const rest = fired.slice(shown.length);
  const rows = shown.map(({ ref, events }): StageRow => ({
    label: ref,
    value: rate(events / windowMinutes),
    href: paths.trigger(ref),
    tone: 'plain',
  }));
  if (rest.length === 0) return rows;
  const others = rest.reduce((sum, { events }) => sum + events, 0);
  return [
    ...rows,
    {
      label: `${rest.length} others`,
      value: rate(others / windowMinutes),
      href: paths.triggers(),
      tone: 'plain',
    },
  ];
}
