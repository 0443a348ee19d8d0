import { inject } from 'vitest';
import { expect, test } from 'vitest';
import { query, urlOf } from '#test/postgres.ts';
import { checkSchema } from './check-schema.ts';
import { migrate } from './migrate.ts';
import { readMigrationFiles } from './migration-files.ts';

const ours = readMigrationFiles();

/** What a working installation has in each kind of table, as the schema before the newest migration takes it. */
const DATA = `
  insert into identity (id, login) values (7, 'ada');
  insert into pack (id, ref, label, version) values (7, 'p', 'P', '1.0.0');
  insert into action (ref, pack_id, pack_ref, label, entrypoint) values ('p.a', 7, 'p', 'A', 'a.sh');
  insert into rule (id, ref, pack_id, pack_ref, label, trigger_ref, action_ref) values (7, 'p.r', 7, 'p', 'R', 'p.t', 'p.a');
  insert into event (id, trigger_ref, source_kind, rule_set_revision, payload) values (7, 'p.t', 'identity', 1, '{"n": 1}');
  insert into enforcement (id, rule_id, rule_ref, rule_version, trigger_ref, event_id, status) values (7, 7, 'p.r', 1, 'p.t', 7, 'processed');
  insert into execution (id, action_ref, pack_ref, enforcement_id, status) values (7, 'p.a', 'p', 7, 'running');
  insert into attempt (execution_id, number, worker_id, lease_expires_at) values (7, 1, 1, now());
  insert into log_chunk (execution_id, seq, attempt, stream, content) values (7, 0, 1, 'stdout', 'kept');`;

test('an installation of the version before is brought up to date with all that it holds', async () => {
  const admin = inject('postgresUrl');
  await query(admin, 'create database attune_upgrade');
  const url = urlOf('attune_upgrade', admin);
  const before = { ...ours, migrations: ours.migrations.slice(0, -1) };
  await migrate(url, before);
  await query(url, DATA);
  await expect(checkSchema(url)).rejects.toMatchObject({ code: 'SCHEMA_OLDER' });

  await migrate(url);

  await expect(checkSchema(url)).resolves.toBeUndefined();
  const { rows } = await query(
    url,
    `select e.status, v.payload, convert_from(l.content, 'UTF8') as said, a.status as attempt
     from execution e join enforcement f on f.id = e.enforcement_id join event v on v.id = f.event_id
     join log_chunk l on l.execution_id = e.id join attempt a on a.execution_id = e.id`,
  );
  expect(rows).toEqual([
    { status: 'running', payload: { n: 1 }, said: 'kept', attempt: 'running' },
  ]);
  // The state machine came along: what ends stays ended.
  await query(url, `update execution set status = 'completed' where id = 7`);
  await expect(
    query(url, `update execution set status = 'running' where id = 7`),
  ).rejects.toMatchObject({ code: '23514' });
});
