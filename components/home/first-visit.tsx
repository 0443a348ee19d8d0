import Link from 'next/link';
import type { Overview } from '#lib/overview.ts';
import { paths } from '#lib/paths.ts';
import { listed } from '#lib/sentences/part.ts';
import { Glyph } from '#components/ui/glyph.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { RefLink } from '#components/ui/ref-link.tsx';
import { StartDemo } from './demo-buttons.tsx';

interface FirstVisitProps {
  readonly overview: Overview;
  readonly workers: readonly {
    readonly name: string;
    readonly slots: number;
    readonly isolation: string;
  }[];
  readonly corePack: {
    readonly version: string;
    readonly actions: number;
    readonly triggers: number;
  } | null;
  readonly mayCreate: boolean;
}

/** Home before there is a rule: the steps to one, those that are done marked by themselves. */
export function FirstVisit({ overview, workers, corePack, mayCreate }: FirstVisitProps) {
  const hasWorker = overview.workers.alive > 0;
  return (
    <div className="mx-auto max-w-[1080px] md:pt-4">
      <PageHeader sentence="Nothing has run here yet. Four steps to a rule that does." />
      <p className="-mt-3 mb-6 text-ink-2">
        About 3 minutes. Every step is an ordinary page; nothing here is a tour.
      </p>
      <div className="grid items-start gap-6 lg:grid-cols-[minmax(0,1fr)_360px]">
        <ol className="max-w-[720px]">
          <Step
            state={hasWorker ? 'done' : 'next'}
            title={hasWorker ? 'A worker is connected' : 'Connect a worker'}
          >
            {hasWorker ? (
              <p>
                {listed(
                  workers.map(
                    ({ name, slots, isolation }) =>
                      `${name}, ${slots} slots, ${isolation} isolation`,
                  ),
                ) || `${overview.workers.slots} slots`}
              </p>
            ) : (
              <p>
                Rules wait without one. On this host:{' '}
                <code className="font-mono text-xs">npx attune worker</code>
              </p>
            )}
          </Step>
          <Step
            state={corePack === null ? 'next' : 'done'}
            title={corePack === null ? 'The core pack is missing' : 'The core pack is there'}
          >
            {corePack === null ? (
              <p>
                It is registered when the server starts. Look at{' '}
                <Link href={paths.packs()}>Packs</Link> for what went wrong.
              </p>
            ) : (
              <p>
                core {corePack.version}: {corePack.actions} actions such as echo, sleep and
                http_request, {corePack.triggers} triggers with four kinds of timers
              </p>
            )}
          </Step>
          <Step state={hasWorker && corePack !== null ? 'next' : 'later'} title="Write the rule">
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
          </Step>
          <Step isLast state="later" title="Watch it run">
            <p>
              Each run has a page of its own: output as it comes, environment, token, and why it
              ended. They are listed under <Link href={paths.executions()}>Executions</Link>.
            </p>
          </Step>
        </ol>
        <Panel padded title="Or look at a full house">
          <p>The demo adds a pack and three rules on timers. They make 78 runs a minute.</p>
          <ul className="my-3">
            {DEMO.map(([ref, every]) => (
              <li
                key={ref}
                className="flex min-h-7 items-center gap-2 border-b border-line last:border-b-0"
              >
                <RefLink value={ref} />
                <span className="ml-auto text-ink-2">{every}</span>
              </li>
            ))}
          </ul>
          {mayCreate ? (
            <StartDemo />
          ) : (
            <p className="text-ink-2">You need rules:create to start it.</p>
          )}
          <p className="mt-3 text-xs text-ink-3">
            The same from a shell: <code className="font-mono">npx --no attune demo</code>. One
            click removes all of it again.
          </p>
        </Panel>
      </div>
      <p className="mt-6 border-t border-line pt-4 text-ink-3">
        Have a pack already? <Link href={paths.packs()}>Register its directory</Link>.
      </p>
    </div>
  );
}

const DEMO = [
  ['demo.echo_every_second', 'every 1 s'],
  ['demo.sleep_every_5s', 'every 5 s'],
  ['demo.http_every_10s', 'every 10 s'],
] as const;

interface StepProps {
  readonly title: string;
  readonly state: 'done' | 'next' | 'later';
  readonly isLast?: boolean;
  readonly children: React.ReactNode;
}

const STATION = {
  done: 'border-completed text-completed bg-canvas',
  next: 'border-accent bg-accent shadow-[0_0_0_3px_var(--color-canvas),0_0_0_4.5px_var(--color-accent)]',
  later: 'border-line-strong bg-canvas',
} as const;

function Step({ title, state, isLast = false, children }: StepProps) {
  return (
    <li aria-current={state === 'next' ? 'step' : undefined} className="relative pb-6 pl-9">
      {!isLast && (
        <span
          aria-hidden
          className={`absolute top-3 -bottom-1 left-[8px] w-0.5 ${state === 'done' ? 'bg-completed' : 'bg-line-strong'}`}
        />
      )}
      <span
        aria-hidden
        className={`absolute top-[3px] left-0 grid h-[18px] w-[18px] place-items-center rounded-full border-2 ${STATION[state]}`}
      >
        {state === 'done' && <Glyph name="completed" size={10} />}
      </span>
      <div className="flex items-baseline gap-3">
        <h2 className={`text-md font-[560] ${state === 'later' ? 'text-ink-2' : ''}`}>{title}</h2>
        {state !== 'later' && (
          <span
            className={`ml-auto text-xs ${state === 'done' ? 'text-completed' : 'text-accent'}`}
          >
            {state}
          </span>
        )}
      </div>
      <div className="mt-0.5 text-ink-2">{children}</div>
    </li>
  );
}
