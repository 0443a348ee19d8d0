import type { Metadata } from 'next';
import { workersSentence } from '#lib/sentences/worker.ts';
import { WorkerPanel } from '#components/workers/worker-panel.tsx';
import { LiveRefresh } from '#components/live/live-refresh.tsx';
import { Empty } from '#components/ui/empty.tsx';
import { guardList } from '#components/ui/guard.tsx';
import { PageHeader } from '#components/ui/page-header.tsx';
import { Panel } from '#components/ui/panel.tsx';
import { can } from '#server/auth/actor.ts';
import { requireActor } from '#server/auth/require-actor.ts';
import { listWorkers } from '#server/workers/service.ts';

export const metadata: Metadata = { title: 'Workers' };

export default async function WorkersPage() {
  const actor = await requireActor();
  const readAtMs = Date.now();
  return guardList('the workers', async () => {
    const canManage = can(actor, 'workers:manage');
    const { items } = await listWorkers(actor, { page_size: 100 });
    return (
      <>
        <LiveRefresh readAtMs={readAtMs} topics={['workers', 'executions']} />
        <PageHeader sentence={workersSentence(items)} />
        {items.length === 0 ? (
          <Panel title="Workers">
            <Empty command="npx attune worker">
              Runs wait until a worker is connected. Any host that reaches the database can be one.
            </Empty>
          </Panel>
        ) : (
          <div className="grid gap-3">
            {items.map((worker) => (
              <WorkerPanel canManage={canManage} key={worker.id} worker={worker} />
            ))}
          </div>
        )}
      </>
    );
  });
}
