import type { WorkerHealth, WorkerSummary } from '#lib/contracts/workers.ts';
import { formatBytes } from '#lib/format.ts';
import { runtimeAdvice } from '#lib/sentences/worker.ts';
import { Facts } from '#components/ui/facts.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { StateBadge, type StateTone } from '#components/ui/state-badge.tsx';
import { Time } from '#components/ui/time.tsx';

const HEALTH: Readonly<Record<WorkerHealth, StateTone>> = {
  active: 'good',
  busy: 'good',
  cordoned: 'warning',
  error: 'alarm',
  inactive: 'idle',
  offline: 'idle',
};

/** One worker: how it keeps actions apart, how full it is, and what it can run. */
export function WorkerPanel({ worker }: { readonly worker: WorkerSummary }) {
  const { load, isolation, slots } = worker;
  return (
    <Panel
      end={<StateBadge tone={HEALTH[worker.health_state]} word={worker.health_state} />}
      note={`${worker.host ?? 'unknown host'}, process ${worker.pid}`}
      title={worker.name}
    >
      <div className="grid gap-4 p-3 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Facts
          facts={{
            Isolation: <Isolation kind={isolation.kind} words={isolation.description} />,
            Slots: `${load.running} of ${slots} in use`,
            Sensors: load.sensor_processes_running,
            'Last sign': <Time at={worker.last_heartbeat} />,
            Memory: formatBytes(worker.rss_bytes),
            Version: worker.version,
            Since: <Time at={worker.started_at} />,
            Stopped: worker.stopped_at === null ? undefined : <Time at={worker.stopped_at} />,
            Cordoned: worker.cordoned ? (worker.cordon_reason ?? 'takes no more runs') : undefined,
          }}
        />
        <Runtimes runtimes={worker.runtimes} />
      </div>
    </Panel>
  );
}

function Isolation({
  kind,
  words,
}: {
  readonly kind: WorkerSummary['isolation']['kind'];
  readonly words: string;
}) {
  if (kind !== 'none') return <>{words}</>;
  return (
    <span className="text-failed">
      <span className="flex items-center gap-1.5 font-medium">
        <Glyph name="alarm" /> none
      </span>
      {words}. An action can see and touch what the worker's user can. Install bubblewrap on this
      host, or run the worker as root, and restart it.
    </span>
  );
}

function Runtimes({ runtimes }: { readonly runtimes: WorkerSummary['runtimes'] }) {
  return (
    <div>
      <h3 className="mb-1 text-2xs font-medium text-ink-3">Runtimes</h3>
      <ul className="grid gap-1">
        {runtimes.map(({ name, version, available, problem }) => (
          <li key={name} className="flex gap-1.5">
            <Glyph
              className={`mt-1 ${available ? 'text-completed' : 'text-timeout'}`}
              name={available ? 'completed' : 'warning'}
            />
            {available ? (
              <span>
                {name} <span className="text-ink-3">{version}</span>
              </span>
            ) : (
              <span>
                <span className="font-medium text-timeout">{name} is missing.</span>{' '}
                <span className="text-ink-2">
                  {problem !== null && `${problem.replace(/\.$/, '')}. `}
                  {runtimeAdvice(name)}
                </span>
              </span>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
