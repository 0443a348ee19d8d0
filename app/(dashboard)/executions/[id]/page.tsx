import type { Metadata } from 'next';
import { ButtonLink } from '#components/ui/button.tsx';
import { ChainStrip } from '#components/ui/chain-strip.tsx';
import { Forbidden } from '#components/ui/forbidden.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StatusBadge } from '#components/ui/status-badge.tsx';
import { TabLinks } from '#components/ui/tab-links.tsx';
import { AttemptComparison } from '#components/executions/attempt-comparison.tsx';
import { CopyCurl } from '#components/executions/copy-curl.tsx';
import { KillUnproven } from '#components/executions/kill-unproven.tsx';
import { PhasesStrip } from '#components/executions/phases-strip.tsx';
import { LinkedRuns } from '#components/executions/linked-runs.tsx';
import { RunAnnouncer } from '#components/executions/run-announcer.tsx';
import { CancelRun, RerunButton } from '#components/executions/run-buttons.tsx';
import { RerunLinks } from '#components/executions/rerun-links.tsx';
import { chainOf } from '#components/executions/run-chain.ts';
import { RunFollower } from '#components/executions/run-follower.tsx';
import { RunKeys } from '#components/executions/run-keys.tsx';
import { runTabs, toTabSearch } from '#components/executions/run-tabs.ts';
import { RunningSentence } from '#components/executions/running-sentence.tsx';
import { LiveRefresh } from '#components/live/live-refresh.tsx';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { canCancel, isFinal } from '#lib/domain/execution-status.ts';
import { paths } from '#lib/paths.ts';
import { executionSentence } from '#lib/sentences/execution.ts';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { loadRun, loadRunFrame } from './load.ts';
import { RunTabPanel } from './tab-panel.tsx';

type Props = PageProps<'/executions/[id]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const actor = await requireActor();
  if (!can(actor, 'executions:read')) return { title: 'Executions' };
  const run = await loadRun((await params).id);
  return { title: `Run ${run.id} ${run.status}, ${run.action_ref}` };
}

export default async function ExecutionPage({ params, searchParams }: Props) {
  if (!can(await requireActor(), 'executions:read'))
    return <Forbidden permission="executions:read" what="this run" />;
  const { tab, attempt, with: compareWith } = toTabSearch(await searchParams);
  const frame = await loadRunFrame((await params).id, attempt);
  const { actor, run, attempts, children, token } = frame;
  const readAtMs = Date.now();
  const last = attempts.at(-1) ?? null;
  const isLive = !isFinal(run.status);
  const sentence = executionSentence(run, attempts, readAtMs);

  return (
    <>
      <header>
        <div className="flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2 gap-y-1 text-ink-2">
            <StatusBadge kind="tint" live status={run.status} />
            <RefLink
              className="text-ink"
              href={paths.action(run.action_ref)}
              value={run.action_ref}
            />
            <span>
              ·{' '}
              {run.attempt_count === 0
                ? 'no attempt yet'
                : `attempt ${run.attempt_count} of ${Math.max(run.max_retries + 1, run.attempt_count)}`}
            </span>
            <span>
              {run.executor_login !== null && `· by ${run.executor_login}`}
              {last !== null && ` on ${last.worker_name ?? `worker ${last.worker}`}`}
            </span>
            <RerunLinks again={frame.again} of={run.original_execution} />
            {run.trace_tag !== null && (
              <span>
                · trace{' '}
                <RefLink href={paths.executions({ trace: run.trace_tag })} value={run.trace_tag} />
              </span>
            )}
          </div>
          <div className="flex flex-wrap items-center gap-2 md:ml-auto">
            {canCancel(run.status) && can(actor, 'executions:cancel') && (
              <CancelRun id={run.id} isWaiting={last === null} />
            )}
            {can(actor, 'actions:execute') && (
              <>
                <CopyCurl
                  run={{
                    id: run.id,
                    action_ref: run.action_ref,
                    config: run.config,
                    env_vars: run.env_vars,
                  }}
                />
                <ButtonLink href={paths.action(run.action_ref, { from: run.id })} prefetch={false}>
                  Re-run edited
                </ButtonLink>
                <RerunButton actionRef={run.action_ref} id={run.id} />
              </>
            )}
          </div>
        </div>
        <h1 className="mt-1.5 max-w-[88ch] text-lg font-[560] wrap-anywhere">
          {isLive ? (
            <RunningSentence
              attempts={attempts}
              readAtMs={readAtMs}
              run={run}
              turn={frame.places && { running: frame.places.length }}
            />
          ) : (
            <LinkedRuns isOn={run.status === 'cancelled'} text={sentence} />
          )}
        </h1>
        <RunAnnouncer sentence={sentence} status={run.status} />
        <PhasesStrip attempts={attempts} readAtMs={readAtMs} run={run} />
      </header>
      <ChainStrip
        label="Why this ran"
        stations={chainOf(run, {
          event: frame.event,
          enforcement: frame.enforcement,
          children: children.items,
        })}
      />
      <KillUnproven attempts={attempts} run={run} />
      <AttemptComparison attempts={attempts} run={run} selected={attempt} tab={tab} />
      <div className="mt-2 mb-3">
        <TabLinks
          current={tab}
          label="Run"
          tabs={runTabs({
            id: run.id,
            attempt,
            childCount: children.items.length,
            hasMoreChildren: children.pagination.has_next,
            token,
          })}
        />
      </div>
      <RunKeys id={run.id} />
      {isLive && tab !== 'output' && (
        <RunFollower status={run.status} url={`${paths.executionLogs(run.id)}?stream=system`} />
      )}
      {(tab === 'token' || tab === 'timeline') && mayHaveMoreCalls(token, readAtMs) && (
        <LiveRefresh readAtMs={readAtMs} topics={TOKEN_TOPICS} />
      )}
      <RunTabPanel
        attempt={attempt}
        compareWith={compareWith}
        frame={frame}
        readAtMs={readAtMs}
        tab={tab}
      />
    </>
  );
}

const TOKEN_TOPICS = ['tokens'] as const;
const CALLS_KEPT_MS = 3_000;

/** Calls are written down a moment after they were made, the last ones after the end of the token. */
const mayHaveMoreCalls = (token: TokenStatus | null, readAtMs: number): boolean =>
  token !== null &&
  (token.state === 'active' ||
    (token.ended_at !== null && readAtMs - Date.parse(token.ended_at) < CALLS_KEPT_MS));
