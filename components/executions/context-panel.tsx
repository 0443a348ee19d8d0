import { Facts } from '#components/ui/facts.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { IsolationWords } from '#components/ui/isolation-words.tsx';
import { MaskedText } from '#components/ui/masked-text.tsx';
import type { EnvironmentContext } from '#lib/contracts/executions.ts';
import { readLimits } from '#lib/domain/resource-limits.ts';
import { formatSeconds } from '#lib/format.ts';
import { resourceLimitWords } from '#lib/sentences/resource-limits.ts';
import { EnvironmentTable, type SinceSuccess } from './environment-table.tsx';

interface ContextPanelProps {
  readonly context: EnvironmentContext;
  readonly since: SinceSuccess | null;
}

/** What the process might use, each limit by its name, and by what it was held. */
function limitFacts({ limits, isolation }: EnvironmentContext): Readonly<Record<string, string>> {
  const seconds = limits['timeout_seconds'];
  return {
    ...(typeof seconds === 'number' && { 'Run at most': formatSeconds(seconds) }),
    ...resourceLimitWords(readLimits(limits), isolation.limits ?? null),
  };
}

/** Where and as what the process ran; kept at its start and never made up afterwards. */
export function ContextPanel({ context, since }: ContextPanelProps) {
  return (
    <Panel
      footer={
        <div className="grid items-start gap-x-6 gap-y-1 md:grid-cols-2">
          <Facts
            facts={{
              Command: (
                <code className="font-mono">
                  <MaskedText
                    text={context.command
                      .map((part) => (/[\s'"]/.test(part) ? JSON.stringify(part) : part))
                      .join(' ')}
                  />
                </code>
              ),
              Directory: <code className="font-mono">{context.cwd}</code>,
              'Runs as': context.user,
              Runtime: `${context.runtime}${context.runtime_version === null ? '' : ` ${context.runtime_version}`}`,
            }}
          />
          <Facts
            facts={{
              Isolation: <IsolationWords isolation={context.isolation} />,
              ...limitFacts(context),
              Pack: context.pack_version ?? undefined,
              Digest:
                context.pack_digest === null ? undefined : (
                  <code className="font-mono">{context.pack_digest}</code>
                ),
            }}
          />
        </div>
      }
      note={`what the process of attempt ${context.attempt} really got, kept at its start`}
      title="Environment"
    >
      <EnvironmentTable refused={context.refused} since={since} variables={context.variables} />
    </Panel>
  );
}
