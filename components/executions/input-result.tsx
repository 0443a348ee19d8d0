import { JsonTree } from '#components/ui/json-tree.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Facts } from '#components/ui/facts.tsx';
import type { Execution } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';
import { formatSeconds } from '#lib/format.ts';

/** What a run was given, and what it gave back. */
export function InputResult({ run }: { readonly run: Execution }) {
  const env = Object.keys(run.env_vars).length;
  return (
    <div className="grid items-start gap-3 lg:grid-cols-2">
      <div className="grid gap-3">
        <Panel padded note="as asked for; secrets are references" title="Parameters">
          {Object.keys(run.config).length === 0 ? (
            <p className="text-ink-2">None were given.</p>
          ) : (
            <JsonTree value={run.config} />
          )}
        </Panel>
        <Panel padded title="How it was asked for">
          <Facts
            facts={{
              By:
                run.executor_login ??
                (run.rule_ref === null ? 'nobody who is still here' : `the rule ${run.rule_ref}`),
              'Time-out':
                run.timeout_seconds === null ? 'none' : formatSeconds(run.timeout_seconds),
              'Queue limit':
                run.queue_timeout_seconds === null
                  ? undefined
                  : formatSeconds(run.queue_timeout_seconds),
              Retries: run.max_retries === 0 ? 'none' : `up to ${run.max_retries}`,
              Variables: env === 0 ? 'none' : Object.keys(run.env_vars).join(', '),
              Permissions:
                run.permission_set_refs.length === 0
                  ? undefined
                  : run.permission_set_refs.join(', '),
            }}
          />
        </Panel>
      </div>
      <Panel padded title="Result">
        {run.error !== null && (
          <p className="mb-2 text-failed wrap-anywhere whitespace-pre-wrap">{run.error}</p>
        )}
        {isFinal(run.status) ? (
          <JsonTree value={run.result} />
        ) : (
          <p className="text-ink-2">There is none until the run has ended.</p>
        )}
      </Panel>
    </div>
  );
}
