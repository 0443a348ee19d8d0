import { afterAll, beforeAll, expect, test } from 'vitest';
import { KeyCreate } from '#lib/contracts/keys.ts';
import type { ExecutionActor } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { cancelExecution, getExecution } from '#server/executions/service.ts';
import { createKey, getKey } from '#server/secrets/service.ts';
import { userWho } from '#test/actors.ts';
import { ada, ask } from '#test/executions.ts';
import { keepAuditChained } from '#worker/maintenance/chain-audit.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

const admin = userWho('keys:read', 'keys:create', 'keys:decrypt');

/** Says the secret in two halves that are stored apart, once it is asked to end. */
const BLURT = `
  trap 'printf late-bloo; printf late-bloo >&2; sleep 0.4; echo ming-flower; echo ming-flower >&2
        printf "late-blooming-flower" | base64; exit 1' TERM
  echo ready
  while :; do sleep 0.05; done`;

const outputOf = async (id: number): Promise<string> => {
  const rows = await sql.query<{ content: Buffer }>(
    'select content from log_chunk where execution_id = $1 order by seq',
    [id],
  );
  return Buffer.concat(rows.map(({ content }) => content)).toString();
};

test('a key that a run is told while it runs is masked in all that it says afterwards', async () => {
  const key = await createKey(
    admin,
    KeyCreate.parse({
      owner_type: 'system',
      local_ref: 'late',
      name: 'Late',
      value: 'late-blooming-flower',
    }),
  );
  const id = await ask({}, { action_ref: await aScript(BLURT) });
  const running = worker.run(id);
  await expect.poll(() => outputOf(id), { timeout: 10_000 }).toBe('ready\n');
  const [token] = await sql.query<{ jti: string; attempt_id: number }>(
    'select jti, attempt_id from token where execution_id = $1',
    [id],
  );
  const run: ExecutionActor = {
    kind: 'execution',
    jti: token?.jti ?? '',
    executionId: id,
    attemptId: token?.attempt_id ?? 0,
    identityId: null,
    actionRef: 'a.b',
    packRef: 'a',
    scopes: [],
    grants: admin.grants,
    address: null,
  };
  expect((await getKey(run, key.ref)).value).toBe('late-blooming-flower');
  await cancelExecution(ada, id);
  await running;

  const output = await outputOf(id);
  expect(output.match(/\[masked: system\.late\]/g)).toHaveLength(3);
  const rows = await sql.query<{ row: string }>(
    'select a::text || e::text as row from attempt a join execution e on e.id = a.execution_id where e.id = $1',
    [id],
  );
  for (const text of [output, JSON.stringify(await getExecution(ada, id)), rows[0]?.row ?? ''])
    expect(text).not.toMatch(/bloo|ming-|bGF0ZS1ibG9v/);
});

test('a run that refers to keys leaves a row in the audit for each, with run, key and time, linked within 5 s', async () => {
  using _ = keepingAuditChained();
  const action_ref = await aScript('echo done');
  const keys = [];
  for (const local_ref of ['one', 'two'])
    keys.push(
      await createKey(
        admin,
        KeyCreate.parse({
          owner_type: 'action',
          owner: action_ref,
          local_ref,
          name: local_ref,
          value: `value of ${local_ref}`,
        }),
      ),
    );
  const id = await ask(
    {},
    {
      action_ref,
      parameters: {
        all: keys.map(({ ref }) => `{{ key.${ref} }}`).join(' '),
        again: `{{ key.${keys[0]?.ref} }}`,
      },
    },
  );
  const before = new Date();
  await worker.run(id);
  expect((await getExecution(ada, id)).status).toBe('completed');

  const rows = () =>
    sql.query<{
      actor_login: string;
      resource_ref: string;
      created: Date;
      chain_seq: number | null;
    }>(
      `select actor_login, resource_ref, created, chain_seq from audit_event
       where event_type = 'key.delivered' and actor_login = $1 and (details ->> 'execution')::int = $2 order by id`,
      [`execution:${id}`, id],
    );
  const delivered = await rows();
  expect(delivered.map(({ resource_ref: ref }) => ref).toSorted()).toEqual(
    keys.map(({ ref }) => ref).toSorted(),
  );
  for (const { created } of delivered)
    expect(created.getTime()).toBeGreaterThanOrEqual(before.getTime() - 1_000);
  await expect
    .poll(async () => (await rows()).every(({ chain_seq: seq }) => seq !== null), {
      timeout: 5_000,
    })
    .toBe(true);
});

/** The loop that every worker runs. */
function keepingAuditChained(): Disposable {
  const end = new AbortController();
  void keepAuditChained(end.signal);
  return { [Symbol.dispose]: () => end.abort() };
}
