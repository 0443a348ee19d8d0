import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { claimOne, done } from '#test/attempts.ts';
import { ask } from '#test/executions.ts';
import { applyRetention } from './retention.ts';

test('what a process was started with is kept while it runs, however long, and goes when it has ended', async () => {
  const attempt = await claimOne(await ask());
  await sql.query(
    `insert into environment_snapshot (attempt_id, variables, command, cwd, user_name, isolation, runtime, created)
     values ($1, '[]', '[]', '/', 'somebody', '{}', 'shell', now() - interval '100 days')`,
    [attempt.id],
  );
  const deletedNow = async () =>
    (await applyRetention(new AbortController().signal))['environment snapshots'];

  expect(await deletedNow()).toBe(0);
  await settleAttempt(attempt, done);
  expect(await deletedNow()).toBe(1);
});
