import type { Metadata } from 'next';
import Link from 'next/link';
import type { Action } from '#lib/contracts/actions.ts';
import { AppError } from '#lib/errors.ts';
import { paths } from '#lib/paths.ts';
import { counted } from '#lib/sentences/part.ts';
import { ActionTerms } from '#components/actions/action-terms.tsx';
import { RunForm, type RunOrigin } from '#components/actions/run-form.tsx';
import { knownParameters } from '#components/executions/rerun-request.ts';
import { schemaFields } from '#components/forms/schema-fields.ts';
import { draftOf } from '#components/forms/schema-values.ts';
import { SchemaTable } from '#components/forms/schema-table.tsx';
import { LiveRefresh } from '#components/live/live-refresh.tsx';
import { EMPTY_SCHEMA_DRAFT } from '#components/rules/editor-model.ts';
import { RuleTable } from '#components/rules/rule-table.tsx';
import { RunList } from '#components/rules/run-list.tsx';
import { ButtonLink } from '#components/ui/button.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { Facts } from '#components/ui/facts.tsx';
import { guard } from '#components/ui/guard.tsx';
import { NeedsPermission } from '#components/ui/needs-permission.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { getAction } from '#server/actions/service.ts';
import { type Actor, can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getExecution, listExecutions } from '#server/executions/service.ts';
import { getRuleActivity } from '#server/overview/activity.ts';
import { listRulesByAction } from '#server/rules/service.ts';

type Props = PageProps<'/actions/[ref]'>;

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: decodeURIComponent((await params).ref) };
}

export default async function ActionPage({ params, searchParams }: Props) {
  const [actor, { ref }, search] = await Promise.all([requireActor(), params, searchParams]);
  const readAtMs = Date.now();
  return guard('this action', async () => {
    const action = await getAction(actor, decodeURIComponent(ref));
    const target = { pack_ref: action.pack_ref, ref: action.ref, id: action.id };
    const fromId = toOriginId(search);
    const [runs, rules, from, activity] = await Promise.all([
      can(actor, 'executions:read')
        ? listExecutions(actor, { action_ref: action.ref, limit: 10 })
        : null,
      can(actor, 'rules:read') ? listRulesByAction(actor, action.ref, { page_size: 100 }) : null,
      fromId === null ? null : findOrigin(actor, action.ref, fromId),
      can(actor, 'executions:read') ? getRuleActivity(actor) : null,
    ]);
    const fields = schemaFields(action.param_schema);
    return (
      <>
        <LiveRefresh readAtMs={readAtMs} topics={['actions', 'executions']} />
        <PageHeader
          above={<RefLink value={action.ref} />}
          sentence={sentenceOf(action, rules?.items.length ?? 0)}
        />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_400px]">
          <div className="grid min-w-0 gap-3">
            <Panel
              padded
              note={
                from !== null ? (
                  <>
                    begins with what{' '}
                    <Link className="underline underline-offset-2" href={paths.execution(from.id)}>
                      run {from.id}
                    </Link>{' '}
                    was given
                  </>
                ) : (
                  fromId !== null && `there is no run ${fromId} of it to begin with`
                )
              }
              title={from === null ? 'Run it' : 'Run it again, edited'}
            >
              {!can(actor, 'actions:execute', target) ? (
                <NeedsPermission permission="actions:execute" purpose={`run ${action.ref}`} />
              ) : action.enabled ? (
                <RunForm
                  key={from?.id ?? 'new'}
                  actionRef={action.ref}
                  from={from}
                  initial={
                    from === null
                      ? EMPTY_SCHEMA_DRAFT
                      : draftOf(fields, knownParameters(from.config).open)
                  }
                  schema={action.param_schema}
                  timeoutSeconds={action.timeout_seconds}
                />
              ) : (
                <p className="text-ink-2">It is disabled: nobody can run it.</p>
              )}
            </Panel>
            {runs !== null && (
              <Panel
                end={
                  <ButtonLink href={paths.executions({ action: action.ref })} variant="plain">
                    See all
                  </ButtonLink>
                }
                note="newest first"
                title="Runs"
              >
                <RunList
                  empty={<Empty>No run of it yet.</Empty>}
                  runs={runs.items}
                  without="action"
                />
              </Panel>
            )}
            {rules !== null && (
              <Panel title="Rules that run it">
                <RuleTable
                  activity={activity}
                  empty={
                    <Empty
                      action={
                        can(actor, 'rules:create') && (
                          <ButtonLink href={paths.newRule({ action: action.ref })}>
                            Write a rule that runs it
                          </ButtonLink>
                        )
                      }
                    >
                      No rule runs it.
                    </Empty>
                  }
                  maySwitch={can(actor, 'rules:update')}
                  rules={rules.items}
                  without="action"
                />
              </Panel>
            )}
            <Panel title="What it gives back">
              <SchemaTable
                caption="Output"
                fields={schemaFields(action.out_schema)}
                nothing="Its output is not described; what it prints is the result."
              />
            </Panel>
          </div>
          <div className="grid gap-3">
            <Panel padded title="Facts">
              <ActionFacts action={action} />
            </Panel>
            <ActionTerms action={action} />
          </div>
        </div>
      </>
    );
  });
}

/** The run that the form begins with: `?from=17`. What is no id is dropped. */
function toOriginId({ from }: Awaited<Props['searchParams']>): number | null {
  return typeof from === 'string' && /^[1-9]\d{0,14}$/.test(from) ? Number(from) : null;
}

/** Null: it is gone, is none of the reader's business, or ran something else. */
async function findOrigin(actor: Actor, actionRef: string, id: number): Promise<RunOrigin | null> {
  if (!can(actor, 'executions:read')) return null;
  try {
    const run = await getExecution(actor, id);
    if (run.action_ref !== actionRef) return null;
    const { config, env_vars, timeout_seconds, trace_tag } = run;
    const { secret } = knownParameters(config);
    return { id, config, env_vars, timeout_seconds, trace_tag, secret };
  } catch (error) {
    if (error instanceof AppError && error.code === 'NOT_FOUND') return null;
    throw error;
  }
}

function ActionFacts({ action }: { readonly action: Action }) {
  const env = Object.entries(action.env);
  return (
    <Facts
      facts={{
        Label: action.label,
        About: action.description ?? undefined,
        Pack: <RefLink href={paths.pack(action.pack_ref)} value={action.pack_ref} />,
        Runtime: action.runner_type,
        Program: <code className="font-mono text-xs">{action.entrypoint}</code>,
        Parameters: `${action.parameter_format} on ${action.parameter_delivery === 'stdin' ? 'stdin' : 'a file'}`,
        Output: action.output_format,
        Environment:
          env.length === 0
            ? undefined
            : env.map(([name, value]) => (
                <code key={name} className="block font-mono text-xs">{`${name}=${value}`}</code>
              )),
      }}
    />
  );
}

function sentenceOf({ ref, label, description, enabled }: Action, rules: number): string {
  if (!enabled) return `${ref} is disabled: rules that name it make no run.`;
  const about = (description ?? label).split(/(?<=\.)\s/)[0] ?? label;
  return `${about.replace(/\.$/, '')}; ${rules === 0 ? 'no rule runs it' : `${counted(rules, 'rule')} ${rules === 1 ? 'runs' : 'run'} it`}.`;
}
