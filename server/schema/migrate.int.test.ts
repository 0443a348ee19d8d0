import { readFileSync } from 'node:fs';
import { inject } from 'vitest';
import { beforeAll, describe, expect, test } from 'vitest';
import { query, urlOf } from '#test/postgres.ts';
import { checkSchema } from './check-schema.ts';
import { migrate } from './migrate.ts';
import { type MigrationFiles, readMigrationFiles } from './migration-files.ts';

const adminUrl = inject('postgresUrl');
const ours = readMigrationFiles();
const newest = ours.migrations.at(-1)?.name ?? '';

const withMigration = (name: string, sql: string): MigrationFiles => ({
  ...ours,
  migrations: [...ours.migrations, { name, sql }],
});

async function emptyDatabase(name: string): Promise<string> {
  await query(adminUrl, `drop database if exists ${name} with (force)`);
  await query(adminUrl, `create database ${name}`);
  return urlOf(name, adminUrl);
}

describe('migrate', () => {
  let url: string;
  beforeAll(async () => {
    url = await emptyDatabase('attune_migrate');
  });

  test('of several launchers at once, each migration is applied by exactly one', async () => {
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.flat()).toEqual(ours.migrations.map(({ name }) => name));
    await expect(checkSchema(url)).resolves.toBeUndefined();
  });

  test('applies only what is missing, function bodies with semicolons included', async () => {
    const next = withMigration(
      '99990101000000_next',
      'create table later (id int); create function f() returns int language sql as $$ select 1; $$;',
    );
    await expect(checkSchema(url, next)).rejects.toMatchObject({
      code: 'SCHEMA_OLDER',
      message: expect.stringMatching(`${newest}.*99990101000000_next.*attune db migrate`),
    });
    expect(await migrate(url, next)).toEqual(['99990101000000_next']);
    expect((await query(url, 'select f()')).rows).toEqual([{ f: 1 }]);
  });

  test('refuses a newer database, and so does whoever wants to work on it', async () => {
    const refusal = {
      code: 'SCHEMA_NEWER',
      message: expect.stringMatching(`99990101000000_next.*${newest}`),
    };
    await expect(migrate(url)).rejects.toMatchObject(refusal);
    await expect(checkSchema(url)).rejects.toMatchObject(refusal);
  });

  test('keeps nothing of a migration that Postgres refuses, and applies it once it is mended', async () => {
    const name = '99990102000000_half';
    const before = withMigration('99990101000000_next', 'unused');
    const files = (sql: string): MigrationFiles => ({
      ...before,
      migrations: [...before.migrations, { name, sql }],
    });
    await expect(
      migrate(url, files('create table half (id int); select nonsense;')),
    ).rejects.toMatchObject({
      code: 'SCHEMA_BROKEN',
      message: expect.stringContaining('column "nonsense" does not exist'),
    });
    expect((await query(url, "select to_regclass('half') as half")).rows).toEqual([{ half: null }]);
    expect(await migrate(url, files('create table half (id int);'))).toEqual([name]);
  });
});

test("keeps Prisma's own books, so that 'prisma migrate deploy' goes on from there", async () => {
  const url = await emptyDatabase('attune_books');
  await migrate(url);
  const { rows } = await query(
    url,
    'select migration_name, checksum, applied_steps_count, finished_at is not null as finished from _prisma_migrations order by 1',
  );
  expect(rows).toEqual(
    ours.migrations.map(({ name }) => ({
      migration_name: name,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
      applied_steps_count: 1,
      finished: true,
    })),
  );
  expect(readFileSync(`${ours.dir}/migration_lock.toml`, 'utf8')).toContain('postgresql');
});
