import type { Metadata } from 'next';
import Link from 'next/link';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import type { PackSummary } from '#lib/contracts/packs.ts';
import { paths } from '#lib/paths.ts';
import { homeSentence } from '#lib/sentences/home.ts';
import { RemoveDemo } from '#components/home/demo-buttons.tsx';
import { FinishedChart } from '#components/home/finished-chart.tsx';
import { FirstVisit } from '#components/home/first-visit.tsx';
import { FlowBoard } from '#components/home/flow-board.tsx';
import { LiveRefresh } from '#components/live/live-refresh.tsx';
import { looksOf } from '#components/home/needs-a-look.ts';
import { NeedsPanel } from '#components/home/needs-panel.tsx';
import { stagesOf } from '#components/home/stages.ts';
import { Tiles } from '#components/home/tiles.tsx';
import { RunList } from '#components/rules/run-list.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { type Actor, can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listExecutions } from '#server/executions/service.ts';
import { getOverview } from '#server/overview/service.ts';
import { listPacks } from '#server/packs/service.ts';
import { listRules } from '#server/rules/service.ts';
import { listWorkers } from '#server/workers/service.ts';
import { countQuarantined } from './quarantined.ts';

export const metadata: Metadata = { title: 'Home' };

interface HomePageProps {
  readonly searchParams: Promise<{ readonly window?: string }>;
}

const UNHAPPY = ['failed', 'timeout', 'abandoned', 'cancelled'] as const;

const TOPICS = ['events', 'enforcements', 'executions', 'rules', 'sensors', 'workers'] as const;

export default async function HomePage({ searchParams }: HomePageProps) {
  const [actor, { window }] = await Promise.all([requireActor(), searchParams]);
  const readAtMs = Date.now();
  return guard('what runs', async () => {
    const [overview, unhappy, packs, quarantined] = await Promise.all([
      getOverview(actor, window === '60' ? 60 : 15),
      listExecutions(actor, { status: [...UNHAPPY], limit: 10 }),
      can(actor, 'packs:read') ? listPacks(actor, { page_size: 100 }) : null,
      countQuarantined(actor),
    ]);
    const isDemoRunning =
      packs?.items.some(({ ref, tags }) => ref === 'demo' && tags.includes('demo')) === true;
    if (unhappy.items.length === 0 && overview.bars.finished.every((count) => count === 0)) {
      // Every run that ended did so by completing: has one ever?
      const [completed, newest] = await Promise.all([
        listExecutions(actor, { status: ['completed'], limit: 1 }),
        listExecutions(actor, { limit: 1 }),
      ]);
      if (completed.items.length === 0)
        return firstVisit(actor, {
          hasWorker: overview.workers.alive > 0,
          core: packs?.items.find(({ ref }) => ref === 'core'),
          run: newest.items[0] ?? null,
          isDemoRunning,
          readAtMs,
        });
    }
    return (
      <>
        <LiveRefresh readAtMs={readAtMs} topics={TOPICS} />
        <PageHeader
          actions={<Windows current={overview.windowMinutes} />}
          sentence={homeSentence(overview)}
        />
        <FlowBoard stages={stagesOf(overview)} />
        <Tiles overview={overview} />
        <div className="mt-3 grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_324px] xl:grid-cols-[minmax(0,1fr)_400px]">
          <Panel
            end={
              <Link className="hover:underline" href={paths.executions({ status: UNHAPPY })}>
                See all
              </Link>
            }
            note="newest first"
            title="Did not complete"
          >
            <RunList
              empty={
                <Empty>
                  Every run completed, or was never started. What fails, times out or is cancelled
                  stands here.
                </Empty>
              }
              runs={unhappy.items.toSorted((a, b) => endOf(b) - endOf(a))}
              without="none"
            />
          </Panel>
          <div className="grid gap-3">
            <FinishedChart overview={overview} />
            <NeedsPanel looks={looksOf(overview, quarantined)} />
            {isDemoRunning && can(actor, 'rules:delete') && (
              <p className="text-ink-2">
                The demo is here. <RemoveDemo />
              </p>
            )}
          </div>
        </div>
      </>
    );
  });
}

const endOf = ({ finished_at: at }: ExecutionSummary): number => (at === null ? 0 : Date.parse(at));

interface FirstVisitFacts {
  readonly hasWorker: boolean;
  readonly core: PackSummary | undefined;
  readonly run: ExecutionSummary | null;
  readonly isDemoRunning: boolean;
  readonly readAtMs: number;
}

async function firstVisit(
  actor: Actor,
  { hasWorker, core, run, isDemoRunning, readAtMs }: FirstVisitFacts,
) {
  const [workers, rules] = await Promise.all([
    can(actor, 'workers:read') ? listWorkers(actor, { page_size: 20 }) : null,
    can(actor, 'rules:read') ? listRules(actor, { page_size: 500 }) : null,
  ]);
  const newest = rules?.items.toSorted((a, b) => b.id - a.id)[0] ?? null;
  return (
    <>
      <LiveRefresh readAtMs={readAtMs} topics={TOPICS} />
      <FirstVisit
        corePack={
          core
            ? {
                version: core.version,
                actions: core.component_counts.actions,
                triggers: core.component_counts.triggers,
              }
            : null
        }
        hasWorker={hasWorker}
        isDemoRunning={isDemoRunning}
        mayCreate={can(actor, 'rules:create')}
        rule={newest}
        run={run}
        workers={(workers?.items ?? [])
          .filter(({ health_state: health }) => health === 'active' || health === 'busy')
          .map(({ name, slots, isolation }) => ({
            name,
            slots,
            isolation: isolation.kind === 'none' ? 'no' : isolation.kind,
          }))}
      />
    </>
  );
}

function Windows({ current }: { readonly current: number }) {
  return (
    <nav
      aria-label="Window"
      className="inline-flex overflow-hidden rounded-sm border border-line-strong bg-surface"
    >
      {([15, 60] as const).map((minutes) => (
        <Link
          key={minutes}
          aria-current={minutes === current ? 'true' : undefined}
          className="border-l border-line px-2 leading-[26px] text-ink-2 first:border-l-0 aria-[current=true]:bg-selected aria-[current=true]:font-[560] aria-[current=true]:text-ink"
          href={paths.home({ window: minutes })}
        >
          {minutes === 60 ? '1 h' : `${minutes} min`}
        </Link>
      ))}
    </nav>
  );
}
