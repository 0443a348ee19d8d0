import type { WorkerHealth, WorkerSummary } from '#lib/contracts/workers.ts';
import Link from 'next/link';
import { formatBytes, formatSeconds } from '#lib/format.ts';
import { paths } from '#lib/paths.ts';
import { mechanismWords } from '#lib/sentences/resource-limits.ts';
import { runtimeAdvice, workerWarning } from '#lib/sentences/worker.ts';
import { CordonButton } from './cordon-button.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { Glyph } from '#components/ui/glyph.tsx';
import { IsolationWords } from '#components/ui/isolation-words.tsx';
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

/** "Offline" is said of one that went in order and of one that was lost; they are not the same news. */
function stateOf({ health_state: health, stopped_at: stopped, load }: WorkerSummary) {
  if (health !== 'offline') return { tone: HEALTH[health], word: health };
  return stopped === null
    ? { tone: load.total_active > 0 ? ('alarm' as const) : ('warning' as const), word: 'lost' }
    : { tone: 'idle' as const, word: 'stopped' };
}

/** One worker: how it keeps actions apart, how full it is, and what it can run. */
export function WorkerPanel({
  worker,
  canManage,
}: {
  readonly worker: WorkerSummary;
  readonly canManage: boolean;
}) {
  const { load, isolation, slots } = worker;
  return (
    <Panel
      end={
        <>
          <StateBadge {...stateOf(worker)} />
          {canManage && worker.stopped_at === null && <CordonButton worker={worker} />}
        </>
      }
      note={`${worker.host ?? 'unknown host'}, process ${worker.pid}`}
      title={worker.name}
    >
      <WorkerWarning worker={worker} />
      <div className="grid gap-4 p-3 md:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]">
        <Facts
          facts={{
            Isolation: (
              <IsolationWords isolation={isolation}>
                . An action can see and touch what the worker's user can. Install bubblewrap on this
                host, or run the worker as root, and restart it.
              </IsolationWords>
            ),
            Limits: isolation.limits && <Limits mechanisms={isolation.limits} />,
            Slots: `${load.running} of ${slots} in use`,
            Sensors: load.sensor_processes_running,
            'Last sign': <Time at={worker.last_heartbeat} />,
            Leases: leasesOf(worker),
            Memory: formatBytes(worker.rss_bytes),
            Version: worker.version,
            Since: <Time at={worker.started_at} />,
            Stopped: worker.stopped_at === null ? undefined : <Time at={worker.stopped_at} />,
            Cordoned: worker.cordoned ? <CordonFacts worker={worker} /> : undefined,
          }}
        />
        <Runtimes runtimes={worker.runtimes} />
      </div>
    </Panel>
  );
}

/** How long ago it last said for certain that its runs and sensors are still its own. */
const leasesOf = ({ lease_age_seconds: age }: WorkerSummary): string =>
  age === null ? 'none held' : age === 0 ? 'renewed just now' : `renewed ${formatSeconds(age)} ago`;

function CordonFacts({ worker }: { readonly worker: WorkerSummary }) {
  return (
    <>
      <Time at={worker.cordoned_at} /> by {worker.cordoned_by_login ?? 'nobody known'}
      {worker.cordon_reason !== null && <>: {worker.cordon_reason}</>}
    </>
  );
}

/** What is wrong with it, and what follows for its runs. */
function WorkerWarning({ worker }: { readonly worker: WorkerSummary }) {
  const warning = workerWarning(worker);
  if (warning === null) return null;
  const isAlarm = warning.tone === 'alarm';
  return (
    <p
      className={`flex gap-2 border-b border-line px-3 py-2 ${isAlarm ? 'bg-failed-soft' : 'bg-timeout-soft'}`}
    >
      <Glyph
        className={`mt-1 ${isAlarm ? 'text-failed' : 'text-timeout'}`}
        name={isAlarm ? 'alarm' : 'warning'}
      />
      <span className="max-w-[88ch]">
        {warning.text}{' '}
        {warning.hasRuns && (
          <Link
            className="underline underline-offset-2"
            href={paths.executions({ worker: worker.id })}
            prefetch={false}
          >
            Its runs
          </Link>
        )}
      </span>
    </p>
  );
}

/** By what the runs are held to their limits; how high those are stands with each action and each run. */
const Limits = ({
  mechanisms,
}: {
  readonly mechanisms: NonNullable<WorkerSummary['isolation']['limits']>;
}) => (
  <ul>
    {mechanismWords(mechanisms).map(({ names, words, isLimited }) => (
      <li key={words}>
        {names}:{' '}
        <span className={isLimited ? 'text-ink-2' : 'font-medium text-timeout'}>{words}</span>
      </li>
    ))}
  </ul>
);

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
