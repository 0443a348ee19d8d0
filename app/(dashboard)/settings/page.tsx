import type { Metadata } from 'next';
import { RetentionTable } from '#components/settings/retention-table.tsx';
import { guard } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { Time } from '#components/ui/time.tsx';
import type { Retention } from '#lib/contracts/retention.ts';
import { formatBytes, formatDuration } from '#lib/format.ts';
import { counted } from '#lib/sentences/part.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { getRetention } from '#server/retention/report.ts';
import { listEffectiveSettings } from '#server/settings/effective.ts';

export const metadata: Metadata = { title: 'Settings' };

export default async function SettingsPage() {
  const actor = await requireActor();
  return guard('the settings', async () => {
    const retention = await getRetention(actor);
    const groups = listEffectiveSettings(actor);
    return (
      <>
        <PageHeader sentence={sentenceOf(retention)} />
        <div className="grid items-start gap-3 lg:grid-cols-[minmax(0,1fr)_400px]">
          <Panel
            footer="Only what has ended is deleted, in small steps, every ten minutes. Keys, packs, rules and people are never deleted by age. docs/retention.md tells more."
            note={<LastRun run={retention.last_run} />}
            title="Retention"
          >
            <RetentionTable kept={retention.kept} />
          </Panel>
          <div className="grid gap-3">
            {groups.map(({ title, settings }) => (
              <Panel key={title} padded title={title}>
                <dl className="grid gap-2">
                  {settings.map(({ name, means }) => (
                    <div key={name} className="flex flex-col-reverse">
                      <dt className="font-mono text-2xs text-ink-3">{name}</dt>
                      <dd className="wrap-anywhere">{means}</dd>
                    </div>
                  ))}
                </dl>
              </Panel>
            ))}
            <p className="text-xs text-ink-3">
              As this server was started; a worker on another host may have its own. They are
              changed in the environment or the configuration file, and count after a restart.
            </p>
          </div>
        </div>
      </>
    );
  });
}

function LastRun({ run }: { readonly run: Retention['last_run'] }) {
  if (run === null) return 'has not run yet';
  return (
    <>
      last ran <Time at={run.ended_at} />, took {formatDuration(run.took_ms)} and removed{' '}
      {counted(run.removed, 'row')}
    </>
  );
}

function sentenceOf({ database_bytes: bytes, kept, last_run: run }: Retention): string {
  const largest = kept.toSorted((a, b) => b.bytes - a.bytes)[0];
  const most =
    largest === undefined
      ? ''
      : `; the largest of what is listed here is ${largest.name} (${formatBytes(largest.bytes)})`;
  const removed =
    run === null
      ? 'Nothing was removed by its age yet'
      : `Retention removed ${counted(run.removed, 'row')} the last time`;
  return `The database takes ${formatBytes(bytes)}${most}. ${removed}.`;
}
