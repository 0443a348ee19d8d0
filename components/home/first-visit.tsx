import Link from 'next/link';
import { paths } from '#lib/paths.ts';
import { listed } from '#lib/sentences/part.ts';
import { PageHeader } from '#components/ui/page-header.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { DemoPanel } from './demo-panel.tsx';
import { firstSteps, type StepName } from './first-steps.ts';
import { Step } from './step.tsx';

interface FirstVisitProps {
  readonly workers: readonly {
    readonly name: string;
    readonly slots: number;
    readonly isolation: string;
  }[];
  /** Also while none of them may be seen. */
  readonly hasWorker: boolean;
  readonly corePack: {
    readonly version: string;
    readonly actions: number;
    readonly triggers: number;
  } | null;
  /** The newest one. */
  readonly rule: {
    readonly ref: string;
    readonly trigger_ref: string;
    readonly enabled: boolean;
  } | null;
  /** The newest one; none has ended, or this would be another page. */
  readonly run: { readonly id: number; readonly action_ref: string } | null;
  readonly isDemoRunning: boolean;
  readonly mayCreate: boolean;
}

const WORDS = ['None', 'One', 'Two', 'Three', 'Four', 'Five'];

/** Home before anything ran: the steps to a rule that does, those that are done marked by themselves. */
export function FirstVisit(props: FirstVisitProps) {
  const { workers, hasWorker, corePack, rule, run, isDemoRunning, mayCreate } = props;
  const steps = firstSteps({
    hasWorker,
    hasCorePack: corePack !== null,
    hasRule: rule !== null,
    hasRun: run !== null,
    hasEndedRun: false,
  });
  const done = Object.values(steps).filter((state) => state === 'done').length;
  const isNext = (name: StepName) => steps[name] === 'next';
  return (
    <div className="mx-auto max-w-[1080px] md:pt-4">
      <PageHeader
        sentence={`Nothing has run here yet. Five steps to a rule that does; ${(WORDS[done] ?? '').toLowerCase()} ${done === 1 ? 'is' : 'are'} done.`}
      />
      <p className="-mt-3 mb-6 text-ink-2">
        About 3 minutes. Every step is an ordinary page; nothing here is a tour.
      </p>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_360px]">
        <ol className="max-w-[720px]">
          <Step
            state={steps.worker}
            title={hasWorker ? 'A worker is connected' : 'Connect a worker'}
          >
            {hasWorker ? (
              <p>
                {listed(
                  workers.map(
                    ({ name, slots, isolation }) =>
                      `${name}, ${slots} slots, ${isolation} isolation`,
                  ),
                )}
                {workers.length > 0 && '. '}
                <Link href={paths.workers()}>Workers</Link>
              </p>
            ) : (
              <p>
                Rules wait without one. On this host:{' '}
                <code className="font-mono text-xs">npx attune worker</code>
              </p>
            )}
          </Step>
          <Step
            state={steps.pack}
            title={corePack === null ? 'The core pack is missing' : 'The core pack is there'}
          >
            {corePack === null ? (
              <p>
                It is registered when the server starts. Look at{' '}
                <Link href={paths.packs()}>Packs</Link> for what went wrong.
              </p>
            ) : (
              <p>
                <Link href={paths.pack('core')}>core {corePack.version}</Link>: {corePack.actions}{' '}
                actions such as echo, sleep and http_request, {corePack.triggers} triggers with four
                kinds of timers
              </p>
            )}
          </Step>
          <Step state={steps.rule} title={rule === null ? 'Write the rule' : 'The rule is written'}>
            {rule === null ? (
              <WriteRule mayCreate={mayCreate} />
            ) : (
              <p>
                <RefLink href={paths.rule(rule.ref)} value={rule.ref} />{' '}
                {rule.enabled
                  ? 'is switched on.'
                  : 'is switched off: switch it on, or nothing follows.'}
              </p>
            )}
          </Step>
          <Step
            state={steps.event}
            title={run === null ? 'Let its trigger fire' : 'Its trigger fired'}
          >
            <FireTrigger isNext={isNext('event')} run={run} trigger={rule?.trigger_ref ?? null} />
          </Step>
          <Step isLast state={steps.run} title="Watch it run">
            <p>
              Each run has a page of its own: output as it comes, environment, token, and why it
              ended.{' '}
              {run === null ? (
                <>
                  They are listed under <Link href={paths.executions()}>Executions</Link>.
                </>
              ) : (
                <Link href={paths.execution(run.id)}>
                  Run {run.id} of {run.action_ref}
                </Link>
              )}
            </p>
          </Step>
        </ol>
        <DemoPanel isRunning={isDemoRunning} mayCreate={mayCreate} />
      </div>
      <p className="mt-6 border-t border-line pt-4 text-ink-3">
        Have a pack already? <Link href={paths.packs()}>Register its directory</Link>.
      </p>
    </div>
  );
}

function WriteRule({ mayCreate }: { readonly mayCreate: boolean }) {
  return (
    <>
      <p>
        When <code className="font-mono text-xs">core.intervaltimer</code> fires, run{' '}
        <code className="font-mono text-xs">core.echo</code>. The form is filled in for you
        {mayCreate ? '.' : ', once you hold rules:create.'}
      </p>
      {mayCreate && (
        <p className="mt-2">
          <Link href={paths.newRule({ trigger: 'core.intervaltimer', action: 'core.echo' })}>
            Write it from a timer
          </Link>{' '}
          or <Link href={paths.trigger('core.webhook')}>open a webhook</Link> and send events
          yourself.
        </p>
      )}
    </>
  );
}

interface FireTriggerProps {
  readonly isNext: boolean;
  readonly trigger: string | null;
  readonly run: FirstVisitProps['run'];
}

function FireTrigger({ isNext, trigger, run }: FireTriggerProps) {
  if (trigger === null)
    return <p>A timer fires by itself, a webhook when somebody calls it. Each fire is an event.</p>;
  return (
    <p>
      {run !== null ? 'Its events: ' : isNext ? 'Waiting for the first event of ' : 'It waits for '}
      <Link href={run === null ? paths.trigger(trigger) : paths.events({ trigger_ref: trigger })}>
        {trigger}
      </Link>
      {run === null && (
        <>
          . One that fired and matched nothing stands under{' '}
          <Link href={paths.events({ trigger_ref: trigger })}>Events</Link>, with the reason
        </>
      )}
      .
    </p>
  );
}
