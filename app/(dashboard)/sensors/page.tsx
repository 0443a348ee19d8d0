import type { Metadata } from 'next';
import type { SensorSummary } from '#lib/contracts/sensors.ts';
import { paths } from '#lib/paths.ts';
import { counted, listed } from '#lib/sentences/part.ts';
import { sensorState } from '#lib/sentences/sensor.ts';
import { Count } from '#components/rules/rule-table.tsx';
import { type Column, DataTable } from '#components/ui/data-table.tsx';
import { LiveNote } from '#components/live/live-note.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getTriggerActivity } from '#server/overview/activity.ts';
import { listSensors } from '#server/sensors/service.ts';

export const metadata: Metadata = { title: 'Sensors' };

export default async function SensorsPage() {
  const actor = await requireActor();
  const readAtMs = Date.now();
  return guardList('the sensors', async () => {
    const [{ items }, activity] = await Promise.all([
      listSensors(actor, { page_size: 500 }),
      can(actor, 'events:read') ? getTriggerActivity(actor) : null,
    ]);
    const lastEvent = ({ trigger_refs: refs }: SensorSummary) =>
      refs
        .map((ref) => activity?.[ref]?.lastAt ?? null)
        .reduce(
          (newest, at) => (newest === null || (at !== null && at > newest) ? at : newest),
          null,
        );
    const columns: Column<SensorSummary>[] = [
      {
        key: 'state',
        head: 'State',
        className: 'w-40',
        cell: (sensor) => <StateBadge {...sensorState(sensor)} />,
      },
      {
        key: 'ref',
        head: 'Sensor',
        cell: ({ ref }) => <RefLink className="font-medium" href={paths.sensor(ref)} value={ref} />,
      },
      {
        key: 'triggers',
        head: 'Fires',
        className: 'w-[30%] max-w-0 truncate text-ink-2',
        cell: ({ trigger_refs: refs }) => refs.join(', '),
      },
      {
        key: 'worker',
        head: 'Worker',
        from: 'lg',
        cell: ({ process }) => process.worker_name ?? <span className="text-ink-3">–</span>,
      },
      {
        key: 'rules',
        head: 'Active rules',
        numeric: true,
        cell: ({ process }) => <Count value={process.active_rule_count} />,
      },
      {
        key: 'restarts',
        head: 'Restarts',
        numeric: true,
        cell: ({ process }) => <Count value={process.restarts} />,
      },
      {
        key: 'last',
        head: 'Last event',
        numeric: true,
        cell: (sensor) => <Time at={lastEvent(sensor)} className="text-ink-2" />,
      },
    ];
    return (
      <>
        <PageHeader sentence={sentenceOf(items)} />
        <Panel
          end={<LiveNote readAtMs={readAtMs} topics={['sensors', 'events']} />}
          title="Sensors"
        >
          <DataTable
            caption="Sensors"
            columns={columns}
            empty={
              <Empty action={<ButtonLink href={paths.packs()}>See the packs</ButtonLink>}>
                No sensor yet. Packs bring them.
              </Empty>
            }
            narrow={(sensor) => (
              <>
                <div className="flex gap-2">
                  <RefLink
                    className="min-w-0 flex-1 font-medium wrap-anywhere"
                    href={paths.sensor(sensor.ref)}
                    value={sensor.ref}
                  />
                  <StateBadge {...sensorState(sensor)} />
                </div>
                <p className="text-xs text-ink-2">
                  {counted(sensor.process.active_rule_count, 'active rule')},{' '}
                  {counted(sensor.process.restarts, 'restart')}
                </p>
              </>
            )}
            rowKey={({ id }) => id}
            rows={items}
          />
        </Panel>
      </>
    );
  });
}

function sentenceOf(sensors: readonly SensorSummary[]): string {
  const failing = sensors
    .filter((sensor) => sensorState(sensor).tone === 'alarm')
    .map(({ ref }) => ref);
  const running = sensors.filter(({ process }) => process.status === 'running').length;
  if (failing.length > 0)
    return `${listed(failing)} ${failing.length === 1 ? 'keeps' : 'keep'} ending and ${failing.length === 1 ? 'is' : 'are'} started again, later each time.`;
  if (sensors.length === 0) return 'No sensor yet: events come through webhooks and the API only.';
  if (running === 0) return `${counted(sensors.length, 'sensor')}; none runs.`;
  const rest = sensors.length - running;
  return `${counted(running, 'sensor')} ${running === 1 ? 'runs' : 'run'}${rest === 0 ? '' : `; ${rest} ${rest === 1 ? 'does' : 'do'} not, by hand or because no rule that is on needs ${rest === 1 ? 'it' : 'them'}`}.`;
}
