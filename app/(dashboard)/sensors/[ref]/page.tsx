import type { Metadata } from 'next';
import type { ReactNode } from 'react';
import type { Sensor, SensorEnvironment } from '#lib/contracts/sensors.ts';
import { paths } from '#lib/paths.ts';
import { resourceLimitWords } from '#lib/sentences/resource-limits.ts';
import { sensorSentence, sensorState } from '#lib/sentences/sensor.ts';
import { EnvironmentTable } from '#components/executions/environment-table.tsx';
import { TokenPanel } from '#components/executions/token-panel.tsx';
import { LiveRefresh } from '#components/live/live-refresh.tsx';
import { SensorButtons } from '#components/sensors/sensor-buttons.tsx';
import { SensorLog } from '#components/sensors/sensor-log.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { guard } from '#components/ui/guard.tsx';
import { IsolationWords } from '#components/ui/isolation-words.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StateBadge } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getSensor, getSensorEnvironment, getSensorToken } from '#server/sensors/service.ts';

interface SensorPageProps {
  readonly params: Promise<{ readonly ref: string }>;
}

export async function generateMetadata({ params }: SensorPageProps): Promise<Metadata> {
  return { title: decodeURIComponent((await params).ref) };
}

export default async function SensorPage({ params }: SensorPageProps) {
  const [actor, { ref }] = await Promise.all([requireActor(), params]);
  const readAtMs = Date.now();
  return guard('this sensor', async () => {
    const sensor = await getSensor(actor, decodeURIComponent(ref));
    const [environment, token] = await Promise.all([
      getSensorEnvironment(actor, sensor.ref),
      getSensorToken(actor, sensor.ref),
    ]);
    const mayUpdate = can(actor, 'sensors:update', {
      pack_ref: sensor.pack_ref,
      ref: sensor.ref,
      id: sensor.id,
    });
    return (
      <>
        <LiveRefresh readAtMs={readAtMs} topics={['sensors', 'events']} />
        <PageHeader
          above={
            <>
              <RefLink value={sensor.ref} /> <StateBadge {...sensorState(sensor)} />
            </>
          }
          actions={
            mayUpdate ? (
              <SensorButtons
                enabled={sensor.enabled}
                ruleCount={sensor.process.active_rule_count}
                sensorRef={sensor.ref}
                wanted={sensor.process.wanted}
              />
            ) : undefined
          }
          sentence={sensorSentence(sensor)}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_400px]">
          <div className="grid min-w-0 gap-3">
            <SensorLog sensorRef={sensor.ref} status={sensor.process.status} />
          </div>
          <div className="grid min-w-0 gap-3">
            <Panel padded title="Process">
              <Facts facts={processFacts(sensor)} />
            </Panel>
            <LimitsPanel environment={environment} />
            <Panel padded title="Facts">
              <Facts
                facts={{
                  Label: sensor.label,
                  About: sensor.description ?? undefined,
                  Pack:
                    sensor.pack_ref === null ? undefined : (
                      <RefLink href={paths.pack(sensor.pack_ref)} value={sensor.pack_ref} />
                    ),
                  Fires: sensor.trigger_refs.map((trigger) => (
                    <RefLink
                      key={trigger}
                      className="flex min-h-6 items-center"
                      href={paths.trigger(trigger)}
                      value={trigger}
                    />
                  )),
                  Runtime: sensor.runner_type,
                  Program: <code className="font-mono text-xs">{sensor.entrypoint}</code>,
                }}
              />
            </Panel>
          </div>
        </div>
        <div className="mt-3 grid min-w-0 gap-3">
          <Panel note="as its process really got it" title="Environment">
            {environment === null || environment.variables.length === 0 ? (
              <p className="px-3 py-2 text-ink-2">It has not been started yet.</p>
            ) : (
              <EnvironmentTable variables={environment.variables} />
            )}
          </Panel>
          {token === null ? (
            <Panel padded title="Token">
              <p className="text-ink-2">None has been issued yet.</p>
            </Panel>
          ) : (
            <TokenPanel nowMs={Date.now()} token={token} />
          )}
        </div>
      </>
    );
  });
}

/** What its process may use and by what each limit is held, in the words that the page of a run has. */
function LimitsPanel({ environment }: { readonly environment: SensorEnvironment | null }) {
  if (environment === null || environment.limits === null) return null;
  const { isolation, limits } = environment;
  return (
    <Panel padded title="Isolation and limits">
      <Facts
        facts={{
          Isolation: isolation === null ? undefined : <IsolationWords isolation={isolation} />,
          ...resourceLimitWords(limits, isolation?.limits ?? null),
        }}
      />
    </Panel>
  );
}

function processFacts({ process }: Sensor): Record<string, ReactNode> {
  return {
    Worker: process.worker_name ?? '–',
    Process: process.pid ?? undefined,
    Started: <Time at={process.started_at} />,
    Stopped: process.stopped_at === null ? undefined : <Time at={process.stopped_at} />,
    'Active rules': process.active_rule_count,
    Restarts: process.restarts,
    'Last exit':
      process.last_signal ?? (process.last_exit_code === null ? '–' : process.last_exit_code),
    'Last error': process.last_error ?? undefined,
    'Next start':
      process.next_restart_at === null ? undefined : <Time at={process.next_restart_at} />,
    'Taken over': process.generation,
  };
}
