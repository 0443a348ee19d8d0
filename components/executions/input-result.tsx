import { JsonTree } from '#components/ui/json-tree.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { LimitsPanel } from './limits-panel.tsx';
import type { Attempt, Execution } from '#lib/contracts/executions.ts';
import { isFinal } from '#lib/domain/execution-status.ts';

interface InputResultProps {
  readonly run: Execution;
  /** Whose result is shown; null: the run's own. */
  readonly attempt: Attempt | null;
}

/** What a run was given, and what it gave back. */
export function InputResult({ run, attempt }: InputResultProps) {
  const result = attempt === null ? run.result : attempt.result;
  const error = result['error'];
  const isOver = attempt === null ? isFinal(run.status) : attempt.ended_at !== null;
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
              Variables: env === 0 ? 'none' : Object.keys(run.env_vars).join(', '),
              Permissions:
                run.permission_set_refs.length === 0
                  ? undefined
                  : run.permission_set_refs.join(', '),
            }}
          />
        </Panel>
        <LimitsPanel attempt={attempt} places={null} run={run} />
      </div>
      <Panel
        note={attempt === null ? undefined : `of attempt ${attempt.number}`}
        padded
        title="Result"
      >
        {typeof error === 'string' && (
          <p className="mb-2 text-failed wrap-anywhere whitespace-pre-wrap">{error}</p>
        )}
        {isOver ? (
          <JsonTree value={result} />
        ) : (
          <p className="text-ink-2">
            There is none until the {attempt === null ? 'run' : 'attempt'} has ended.
          </p>
        )}
      </Panel>
    </div>
  );
}
