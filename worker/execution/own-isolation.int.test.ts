import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { getEnvironment, getExecution, listAttempts } from '#server/executions/service.ts';
import { loadPack } from '#server/packs/service.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker } from '#test/worker.ts';

/** A pack that only the worker's own user may reach. @returns the ref of its action, which waits for a file */
async function aClosedAction(go: string): Promise<string> {
  const source = mkdtempSync(join(tmpdir(), 'attune-closed-'));
  onTestFinished(() => rmSync(source, { recursive: true }));
  const files = {
    'pack.yaml': 'ref: closed\nlabel: closed\nversion: 1.0.0\n',
    'actions/wait.yaml': 'ref: closed.wait\nrunner_type: shell\nentry_point: wait.sh\n',
    'actions/wait.sh': `until [ -e ${go} ]; do sleep 0.05; done\n`,
  };
  mkdirSync(join(source, 'actions'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(source, path), text);
  await loadPack({ kind: 'system', name: 'test' }, source, { force: true, isStandard: false });
  const [pack] = await sql.query<{ storage_path: string }>(
    `select storage_path from pack where ref = 'closed'`,
    [],
  );
  chmodSync(dirname(pack?.storage_path ?? ''), 0o700);
  return 'closed.wait';
}

test.runIf(process.getuid?.() === 0)(
  'a run that gets no user of its own without a sandbox is recorded as not isolated, while it runs and afterwards',
  async () => {
    await using worker = await aRunningWorker(['pid-namespace']);
    const go = join(mkdtempSync(join(tmpdir(), 'attune-go-')), 'go');
    onTestFinished(() => rmSync(dirname(go), { recursive: true }));
    const id = await ask({}, { action_ref: await aClosedAction(go) });
    const weak = { kind: 'none', ownUserId: false, ownNamespace: true };
    const recorded = async () => ({
      attempt: (await listAttempts(ada, id))[0]?.isolation,
      context: (await getEnvironment(ada, id))?.isolation,
    });

    const running = worker.run(id);
    await expect.poll(recorded).toMatchObject({ attempt: weak, context: weak });
    expect((await getExecution(ada, id)).status).toBe('running');
    writeFileSync(go, '');
    await running;

    expect(worker.context.host.isolation.kind).toBe('pid-namespace');
    expect((await getExecution(ada, id)).status).toBe('completed');
    expect(await recorded()).toMatchObject({ attempt: weak, context: weak });
  },
);
