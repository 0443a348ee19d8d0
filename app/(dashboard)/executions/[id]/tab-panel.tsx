import { AttemptPicker } from '#components/executions/attempt-picker.tsx';
import { AttemptsTable } from '#components/executions/attempts-table.tsx';
import { ContextPanel } from '#components/executions/context-panel.tsx';
import { ExecutionTable } from '#components/executions/execution-table.tsx';
import { InputResult } from '#components/executions/input-result.tsx';
import { LogViewer } from '#components/executions/log/log-viewer.tsx';
import { OutputFooter } from '#components/executions/output-footer.tsx';
import type { RunTab } from '#components/executions/run-tabs.ts';
import { Timeline } from '#components/executions/timeline.tsx';
import { TokenPanel } from '#components/executions/token-panel.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { Panel } from '#components/ui/panel.tsx';
import type { Execution } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';
import { getEnvironment } from '#server/executions/service.ts';
import type { loadRunFrame } from './load.ts';

interface RunTabPanelProps {
  readonly tab: RunTab;
  readonly attempt: number | undefined;
  readonly frame: Awaited<ReturnType<typeof loadRunFrame>>;
  readonly readAtMs: number;
}

/** What the chosen tab shows. */
export async function RunTabPanel({ tab, attempt, frame, readAtMs }: RunTabPanelProps) {
  const { actor, run, attempts, children, token } = frame;
  const shown = attempt ?? attempts.at(-1)?.number ?? 1;
  const picker = <AttemptPicker attempts={attempts} current={shown} id={run.id} tab={tab} />;
  switch (tab) {
    case 'output':
      return (
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
      );
    case 'timeline':
      return <Timeline attempts={attempts} nowMs={readAtMs} run={run} token={token} />;
    case 'input':
      return <InputResult run={run} />;
    case 'context': {
      const context = await getEnvironment(actor, run.id, attempt);
      return (
        <>
          {picker}
          {context === null ? (
            <Nothing
              title="Environment"
              why={whyNothing(run, 'The environment is kept when the process starts')}
            />
          ) : (
            <ContextPanel context={context} />
          )}
        </>
      );
    }
    case 'token':
      return (
        <>
          {picker}
          {token === null ? (
            <Nothing
              title="Token"
              why={whyNothing(run, 'The token is issued when an attempt starts')}
            />
          ) : (
            <TokenPanel nowMs={readAtMs} token={token} />
          )}
        </>
      );
    case 'attempts':
      return attempts.length === 0 ? (
        <Nothing
          title="Attempts"
          why={whyNothing(run, 'An attempt begins when a worker takes the run')}
        />
      ) : (
        <AttemptsTable attempts={attempts} />
      );
    case 'children':
      return (
        <Panel title="Children">
          <ExecutionTable
            caption={`Runs that run ${run.id} started`}
            empty={
              <Empty>
                {isFinal(run.status)
                  ? 'This run started no other runs.'
                  : 'This run has started no other runs so far.'}
              </Empty>
            }
            readAtMs={readAtMs}
            rows={children.items}
          />
        </Panel>
      );
  }
}

const whyNothing = (run: Execution, when: string): string =>
  isFinal(run.status)
    ? `${when}; this run ended before that, as ${run.status}.`
    : `${when}; this run is ${run.status}.`;

const Nothing = ({ title, why }: { readonly title: string; readonly why: string }) => (
  <Panel title={title}>
    <Empty>{why}</Empty>
  </Panel>
);
