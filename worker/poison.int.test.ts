import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { getExecution } from '#server/executions/service.ts';
import { jobFor } from '#test/attempts.ts';
import { aWorker } from '#test/catalogue.ts';
import { ada, ask } from '#test/executions.ts';
import { claimAttempts } from '#server/executions/claim.ts';
import { claimOneByOne } from './poison.ts';

test('an execution whose rows cannot be claimed is quarantined at the second refusal, and its neighbours run', async () => {
  const before = await ask();
  const poison = await ask();
  const after = await ask();
  // What a row that no one foresaw would do.
  await sql.query(
    `create function refuse_poison() returns trigger language plpgsql as $$
     begin
       if new.execution_id = ${poison} then raise exception 'no such number' using errcode = '22003'; end if;
       return new;
     end $$`,
  );
  await sql.query(
    'create trigger refuse_poison before insert on attempt for each row execute function refuse_poison()',
  );
  const claimer = { workerId: await aWorker(), keyId: 'k' };
  const jobs = [before, poison, after].map(jobFor);
  const refusal: unknown = await claimAttempts(claimer, jobs).catch((error: unknown) => error);

  const claimed = await claimOneByOne(claimer, jobs, refusal);
  expect(claimed.map(({ execution_id: id }) => id)).toEqual([before, after]);
  expect((await getExecution(ada, poison)).status).toBe('requested');

  const again = [poison, await ask()].map(jobFor);
  expect(await claimOneByOne(claimer, again, refusal)).toHaveLength(1);
  const execution = await getExecution(ada, poison);
  expect(execution).toMatchObject({ status: 'failed', end_reason: 'quarantined' });
  expect(execution.error).toContain('no such number');
});

test('a database that does not answer quarantines nobody', async () => {
  const id = await ask();
  const claimer = { workerId: await aWorker(), keyId: 'k' };
  const trouble = new Error('Connection terminated');

  await expect(claimOneByOne(claimer, [jobFor(id)], trouble)).rejects.toBe(trouble);
  expect((await getExecution(ada, id)).status).toBe('requested');
});
