import { ChildRuns } from '#components/executions/child-runs.tsx';
import { compareVariables } from '#components/executions/compare.ts';
import { ComparisonPanel } from '#components/executions/comparison-panel.tsx';
import { ContextPanel } from '#components/executions/context-panel.tsx';
import { EndingPanel } from '#components/executions/ending-panel.tsx';
import { InputResult } from '#components/executions/input-result.tsx';
import { LimitsPanel } from '#components/executions/limits-panel.tsx';
import { LogViewer } from '#components/executions/log/log-viewer.tsx';
import { OutputFooter } from '#components/executions/output-footer.tsx';
import { RawPanel } from '#components/executions/raw-panel.tsx';
import { RevokeToken } from '#components/executions/revoke-token.tsx';
import { RunAudit } from '#components/executions/run-audit.tsx';
import type { RunTab } from '#components/executions/run-tabs.ts';
import { Timeline } from '#components/executions/timeline.tsx';
import { TokenPanel } from '#components/executions/token-panel.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { NeedsPermission } from '#components/ui/needs-permission.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { Attempt, EnvironmentContext, Execution } from '#lib/contracts/executions.ts';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { listAuditEvents } from '#server/audit/service.ts';
import { can } from '#server/auth/actor.ts';
import { getEnvironment } from '#server/executions/service.ts';
import { getScopeUse, getTokenStatus } from '#server/tokens/service.ts';
import type { loadRunFrame } from './load.ts';
import { findLastSuccess, loadComparison } from './load-comparison.ts';

interface RunTabPanelProps {
  readonly tab: RunTab;
  readonly attempt: number | undefined;
  readonly frame: Awaited<ReturnType<typeof loadRunFrame>>;
  readonly readAtMs: number;
  /** The run that this one is compared with; undefined: the last success. */
  readonly compareWith: number | undefined;
}

/** What the chosen tab shows. */
export async function RunTabPanel({
  tab,
  attempt,
  frame,
  readAtMs,
  compareWith,
}: RunTabPanelProps) {
  const { actor, run, attempts, children, token } = frame;
  const shown = attempts.find(({ number }) => number === attempt) ?? attempts.at(-1) ?? null;
  const aside = (
    <aside aria-label="Inspector" className="grid content-start gap-3">
      {shown !== null && <EndingPanel attempt={shown} run={run} />}
      <LimitsPanel attempt={shown} places={frame.places} run={run} />
    </aside>
  );
  switch (tab) {
    case 'output':
      return (
        <div className={BESIDE}>
          <div className="min-w-0">
            <LogViewer
              // Another attempt is another log.
              key={attempt ?? 'all'}
              empty={
                isFinal(run.status)
                  ? attempts.length === 0
                    ? 'It never started, so there is no output.'
                    : 'Reading the output.'
                  : attempts.length === 0
                    ? 'Waiting for a worker; there is no output before that.'
                    : 'Nothing was written yet.'
              }
              fileName={`run-${run.id}.log`}
              footer={
                <OutputFooter
                  attempts={
                    attempt === undefined
                      ? attempts
                      : attempts.filter(({ number }) => number === attempt)
                  }
                />
              }
              isLive={!isFinal(run.status)}
              status={run.status}
              url={withSearch(paths.executionLogs(run.id), { attempt: attempt?.toString() })}
            />
          </div>
          {aside}
        </div>
      );
    case 'timeline':
      return (
        <div className={BESIDE}>
          <Timeline
            attempts={attempts}
            nowMs={readAtMs}
            run={run}
            started={children.items}
            tokens={await listTokens(actor, run.id, attempts)}
          />
          {aside}
        </div>
      );
    case 'input':
      return (
        <InputResult
          attempt={attempts.find(({ number }) => number === attempt) ?? null}
          run={run}
        />
      );
    case 'context': {
      const context = await getEnvironment(actor, run.id, attempt);
      return context === null ? (
        <Nothing
          title="Environment"
          why={whyNothing(run, 'The environment is kept when the process starts')}
        />
      ) : (
        <ContextPanel context={context} since={await changesSince(actor, run, context)} />
      );
    }
    case 'compare':
      return (
        <ComparisonPanel asked={compareWith} {...await loadComparison(actor, run, compareWith)} />
      );
    case 'audit':
      return can(actor, 'audit_log:read') ? (
        <RunAudit
          id={run.id}
          page={await listAuditEvents(actor, { execution: run.id, page_size: ACTS_MAX })}
        />
      ) : (
        <Panel padded title="Audit">
          <NeedsPermission permission="audit_log:read" purpose="see what was done to this run" />
        </Panel>
      );
    case 'raw': {
      const context = await getEnvironment(actor, run.id, attempt);
      return (
        <RawPanel attempt={attempt} attempts={attempts} context={context} run={run} token={token} />
      );
    }
    case 'token':
      return token === null ? (
        <Nothing
          title="Token"
          why={whyNothing(run, 'The token is issued when an attempt starts')}
        />
      ) : (
        <TokenPanel
          end={
            token.state === 'active' &&
            token.attempt !== null &&
            can(actor, 'executions:cancel') && <RevokeToken attempt={token.attempt} id={run.id} />
          }
          nowMs={readAtMs}
          token={token}
          use={await getScopeUse(actor, run.action_ref)}
        />
      );
    case 'children':
      return (
        <Panel title="Children">
          <ChildRuns
            id={run.id}
            isOver={isFinal(run.status)}
            readAtMs={readAtMs}
            rows={children.items}
          />
        </Panel>
      );
  }
}

/** The tokens of the newest attempts, oldest first. */
async function listTokens(
  actor: RunTabPanelProps['frame']['actor'],
  id: number,
  attempts: readonly Attempt[],
): Promise<TokenStatus[]> {
  const newest = attempts.slice(-TOKENS_MAX);
  const found = await Promise.all(newest.map(({ number }) => getTokenStatus(actor, id, number)));
  return found.filter((token) => token !== null);
}

/** More would make an axis of nothing but calls. */
const TOKENS_MAX = 10;

/** More are in the audit itself. */
const ACTS_MAX = 100;

/** What is not as it was when the action last succeeded; null where it never did. */
async function changesSince(
  actor: RunTabPanelProps['frame']['actor'],
  run: Execution,
  context: EnvironmentContext,
) {
  const id = await findLastSuccess(actor, run);
  const then = id === null ? null : await getEnvironment(actor, id);
  if (id === null || then === null) return null;
  return { id, changes: compareVariables(then.variables, context.variables).changed };
}

/** The inspector beside what one reads; below it where there is no room. */
const BESIDE =
  'grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_320px] xl:grid-cols-[minmax(0,1fr)_376px]';

const whyNothing = (run: Execution, when: string): string =>
  isFinal(run.status)
    ? `${when}; this run ended before that, as ${run.status}.`
    : `${when}; this run is ${run.status}.`;

const Nothing = ({ title, why }: { readonly title: string; readonly why: string }) => (
  <Panel title={title}>
    <Empty>{why}</Empty>
  </Panel>
);
