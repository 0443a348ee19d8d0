import { afterAll, beforeAll, expect, test } from 'vitest';
import { LIMIT_NAMES, type LimitName } from '#lib/domain/resource-limits.ts';
import { sql } from '#server/db/sql.ts';
import { getExecution, listAttempts } from '#server/executions/service.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

/** Each takes more than it may, of one thing, and would go on for a while. */
const GREEDY: Readonly<Record<LimitName, { limit: number; script: string }>> = {
  cpu_seconds: { limit: 1, script: 'while :; do :; done' },
  memory_mb: { limit: 48, script: `perl -e '$x = "a" x 150_000_000; sleep 20'` },
  processes: { limit: 20, script: 'for i in {1..40}; do sleep 20 & done; wait' },
  open_files: {
    limit: 40,
    script: `perl -e 'while (open(my $f, "<", "/dev/null")) { push @all, $f } die "$!\\n"'`,
  },
  file_size_mb: { limit: 1, script: 'head -c 3M /dev/zero > "$HOME/large"' },
  disk_mb: {
    limit: 5,
    script: 'for i in {1..4}; do head -c 3M /dev/zero > "$HOME/$i"; done; sleep 20',
  },
};

test.each(LIMIT_NAMES)(
  'a run that hits %s fails with that name, and says by what it was held',
  async (name) => {
    const { limit, script } = GREEDY[name];
    const action_ref = await aScript(script, 'shell', { limits: { [name]: limit } });
    const [id, neighbour] = [
      await ask({}, { action_ref }),
      await ask({}, { action_ref: await aScript('sleep 1; echo well') }),
    ];
    await Promise.all([worker.run(id, 0), worker.run(neighbour, 1)]);

    const run = await getExecution(ada, id);
    expect(run).toMatchObject({
      status: 'failed',
      end_reason: `limit_${name.replace(/_(?:seconds|mb)$/, '')}`,
      result: { succeeded: false, limit: name },
    });
    expect(run.error).toMatch(new RegExp(`${limit}.*\\(limits\\.${name}\\)`));
    const [attempt] = await listAttempts(ada, id);
    expect(attempt?.limits).toMatchObject({ [name]: limit });
    expect(attempt?.isolation?.limits?.[name]?.length).toBeGreaterThan(0);
    expect((await getExecution(ada, neighbour)).status).toBe('completed');
  },
);

test('a program that ignores the signal and reports the error is named by its limit too', async () => {
  const script = `import os, signal
try:
    open(os.environ['HOME'] + '/large', 'wb').write(b'x' * 3_000_000)
except OSError as error:
    raise SystemExit(str(error))
`;
  const action_ref = await aScript(script, 'python', { limits: { file_size_mb: 1 } });
  const id = await ask({}, { action_ref });
  await worker.run(id);

  expect(await getExecution(ada, id)).toMatchObject({
    status: 'failed',
    end_reason: 'limit_file_size',
  });
});

test('what nobody limits is not in the record', async () => {
  const id = await ask({}, { action_ref: await aScript('exit 0') });
  await worker.run(id);

  const rows = await sql.query<{ limits: object }>(
    'select s.limits from environment_snapshot s join attempt a on a.id = s.attempt_id where a.execution_id = $1',
    [id],
  );
  expect(rows[0]?.limits).not.toHaveProperty('cpu_seconds');
  expect(rows[0]?.limits).toHaveProperty('memory_mb');
});
