import { expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { listEffectiveSettings } from '#server/settings/effective.ts';
import { config } from '#server/config.ts';
import { userWho } from '#test/actors.ts';
import { ask } from '#test/executions.ts';
import { getRetention } from './report.ts';
import { applyRetention, RETENTION } from './retention.ts';

const reader = userWho('retention:read');

test('the report names every table with its size, and what the last run of retention removed', async () => {
  expect((await getRetention(reader)).last_run).toBeNull();
  const id = await ask();
  await sql.query(
    `update execution set status = 'cancelled', finished_at = now(), created = now() - interval '40 days' where id = $1`,
    [id],
  );
  await ask();
  const deleted = await applyRetention(new AbortController().signal);
  expect(deleted['executions']).toBe(1);

  // The database's own statistics are written a moment after the transaction.
  await expect
    .poll(async () => (await getRetention(reader)).kept.find(({ name }) => name === 'executions'))
    .toMatchObject({ table: 'execution', keep_days: 30, rows: 1, removed: 1 });
  const report = await getRetention(reader);
  expect(report.kept.map(({ name }) => name)).toEqual(RETENTION.map(({ name }) => name));
  for (const { bytes } of report.kept) expect(bytes).toBeGreaterThan(0);
  expect(report.database_bytes).toBeGreaterThan(1_000_000);
  expect(report.last_run).toMatchObject({ removed: 1 });
});

test('a run that was stopped halfway is not taken for the last one', async () => {
  const before = (await getRetention(reader)).last_run;
  await applyRetention(AbortSignal.abort());
  expect((await getRetention(reader)).last_run).toEqual(before);
});

test('the settings in force are told to those who may read them, and no secret is among them', async () => {
  const told = JSON.stringify(listEffectiveSettings(reader));
  expect(told).toContain(config().apiUrl);
  for (const secret of [
    config().DATABASE_URL,
    config().ATTUNE_SESSION_SECRET,
    config().ATTUNE_ENCRYPTION_KEY,
  ])
    expect(told).not.toContain(secret);
  const other = userWho('rules:read');
  expect(() => listEffectiveSettings(other)).toThrow('retention:read');
  await expect(getRetention(other)).rejects.toThrow('retention:read');
});
