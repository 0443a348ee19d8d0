import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExecutionCreate } from '#lib/contracts/executions.ts';
import { sql } from '#server/db/sql.ts';
import { createExecution, getExecution, listExecutions } from '#server/executions/service.ts';
import { userWho } from '#test/actors.ts';
import { ada } from '#test/executions.ts';
import { aRunningWorker, aScript, type TestWorker } from '#test/worker.ts';

const SECRET = 'hunter2-and-more';
const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');

let worker: TestWorker;
let action_ref: string;
let first: number;

/** Tells a hash of what it got, which no masker knows. */
const TELLS = `
  import { readFileSync } from 'node:fs';
  import { createHash } from 'node:crypto';
  const { password, host = null } = JSON.parse(readFileSync(0, 'utf8'));
  const digest = createHash('sha256').update(String(password)).digest('hex');
  console.log(JSON.stringify({ digest, host, colour: process.env.COLOUR ?? null }));
`;

beforeAll(async () => {
  worker = await aRunningWorker();
  action_ref = await aScript(TELLS, 'nodejs', {
    output_format: 'json',
    param_schema: { password: { type: 'string', secret: true }, host: { type: 'string' } },
  });
  const run = await createExecution(ada, {
    action_ref,
    parameters: { password: SECRET, host: 'db1' },
    env_vars: { COLOUR: 'red' },
    timeout_seconds: 77,
    max_retries: 2,
    trace_tag: 'nightly',
  });
  first = run.id;
});
afterAll(() => worker[Symbol.asyncDispose]());

const again = (body: Partial<ExecutionCreate> = {}, who = ada) =>
  createExecution(who, { action_ref, parameters: {}, rerun_of: first, ...body });

async function outcomeOf(id: number): Promise<unknown> {
  await worker.run(id);
  const { result } = await getExecution(ada, id);
  return result['data'];
}

/** Somebody else with the same permissions. */
const eve = { ...userWho('actions:execute', 'executions:read'), identityId: 1_001, login: 'eve' };

describe('a re-run', () => {
  test('gives its process the true secret, and shows it to nobody', async () => {
    const run = await again();
    expect(await outcomeOf(run.id)).toEqual({
      digest: digestOf(SECRET),
      host: 'db1',
      colour: 'red',
    });
    expect(JSON.stringify([run, await getExecution(ada, run.id)])).not.toContain(SECRET);
    expect(run).toMatchObject({
      original_execution: first,
      config: { password: '[masked: password]', host: 'db1' },
      env_vars: { COLOUR: 'red' },
      timeout_seconds: 77,
      max_retries: 2,
      trace_tag: 'nightly',
    });
    const { items } = await listExecutions(ada, { rerun_of: first });
    expect(items.map(({ id }) => id)).toContain(run.id);
  });

  test('of a re-run still has it, also when the action calls it no secret any more', async () => {
    const second = await again();
    await sql.query(`update action set param_schema = '{}' where ref = $1`, [action_ref]);
    const third = await again({ rerun_of: second.id });
    expect(third.config).toMatchObject({ password: '[masked: password]' });
    expect(await outcomeOf(third.id)).toMatchObject({ digest: digestOf(SECRET) });
  });

  test('takes what the request says, key by key, and leaves out what is null there', async () => {
    const other = await again({ parameters: { password: 'another one' }, env_vars: {} });
    expect(await outcomeOf(other.id)).toEqual({
      digest: digestOf('another one'),
      host: 'db1',
      colour: null,
    });
    const without = await again({ parameters: { host: null }, timeout_seconds: 5 });
    expect(without).toMatchObject({ timeout_seconds: 5 });
    expect(await outcomeOf(without.id)).toMatchObject({ digest: digestOf(SECRET), host: null });
  });

  test("carries somebody else's secret only to where it was sent", async () => {
    const same = await again({}, eve);
    expect(await outcomeOf(same.id)).toMatchObject({ digest: digestOf(SECRET), host: 'db1' });
    for (const body of [{ parameters: { host: 'evil' } }, { env_vars: { COLOUR: 'evil' } }]) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other is easier to read
      await expect(again(body, eve)).rejects.toMatchObject({
        code: 'VALIDATION_ERROR',
        details: [{ path: 'body.parameters.password' }],
      });
    }
    const own = await again({ parameters: { host: 'mine', password: 'my own' } }, eve);
    expect(await outcomeOf(own.id)).toMatchObject({ digest: digestOf('my own'), host: 'mine' });
  });

  test('is refused to who may not read the run, and of a run of another action', async () => {
    await expect(again({}, userWho('actions:execute'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(again({}, userWho('executions:read'))).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    await expect(again({ rerun_of: 999_999 })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(again({ action_ref: await aScript('true') })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  });

  test('stands in the audit log with its reason', async () => {
    const run = await again({ reason: 'the disk is mended' });
    const rows = await sql.query(
      `select details from audit_event where event_type = 'execution.created' and resource_id = $1`,
      [run.id],
    );
    expect(rows).toEqual([{ details: { rerun_of: first, reason: 'the disk is mended' } }]);
  });
});

test('a mask is no value, wherever it stands', async () => {
  for (const body of [
    { parameters: { password: '[masked: secret parameter]' } },
    { parameters: { deep: [{ down: ' [masked: pack.deploy.password] ' }] } },
    { parameters: {}, env_vars: { COLOUR: '[masked: colour]' } },
  ]) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other is easier to read
    await expect(createExecution(ada, { action_ref, ...body })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
    });
  }
});
