import { mkdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isEmptyDatabase } from '#bin/data/empty-database.ts';
import { makeDataDir } from '#test/launcher/run.ts';
import { query, urlOf } from '#test/postgres.ts';
import { loadArchive } from './load-archive.ts';
import { listTables, setStableTextForms } from './tables.ts';
import { writeArchive } from './write-archive.ts';

const adminUrl = inject('postgresUrl');
const url = process.env['DATABASE_URL'] ?? '';
const from = makeDataDir();
const to = makeDataDir();
const file = join(from, 'all.backup');

afterAll(() => {
  for (const dir of [from, to]) rmSync(dir, { recursive: true, force: true });
});

/** Values that a careless copy would change. */
const AWKWARD = `
  insert into pack (ref, label, version, meta) values ('p', E'quote '' back \\\\ line\\n tab\\t', '1.0', '{"a": [1, null, "\\u00e9"]}');
  insert into identity (login, password_hash, attributes) values ('ada', '$argon2id$x', 'null');
  insert into key (ref, local_ref, name, owner_type, encrypted, ciphertext, updated)
    values ('system.k', 'k', 'k', 'system', true, '\\x00ff10', '2026-01-02 03:04:05.678901+00');
  insert into worker (name, host, pid, version, slots, isolation, rss_bytes)
    values ('w', 'h', 1, '1', 2, '{}', 9007199254740993);`;

async function contents(of: string): Promise<Record<string, unknown>> {
  const client = new pg.Client({ connectionString: of });
  await client.connect();
  try {
    await setStableTextForms(client);
    const found: Record<string, unknown> = {};
    for (const { name } of await listTables(client)) {
      const { rows } = await client.query<{ line: string }>(
        `select t::text as line from "${name}" t order by 1`,
      );
      found[name] = rows.map(({ line }) => line);
    }
    return found;
  } finally {
    await client.end();
  }
}

async function emptyDatabase(name: string): Promise<string> {
  await query(adminUrl, `create database ${name}`);
  return urlOf(name, adminUrl);
}

describe('backup and restore', () => {
  beforeAll(async () => {
    await query(url, AWKWARD);
    mkdirSync(join(from, 'secrets'), { mode: 0o700 });
    writeFileSync(join(from, 'secrets/encryption-key'), 'key\n', { mode: 0o600 });
    writeFileSync(join(from, 'secrets/postgres-password'), 'stays\n', { mode: 0o600 });
    mkdirSync(join(from, 'packs/p'), { recursive: true });
    writeFileSync(join(from, 'packs/p/pack.yaml'), 'ref: p\n');
    writeFileSync(join(from, 'packs/p/.run'), '#!/bin/sh\n', { mode: 0o755 });
    await writeArchive({ url, dataDir: from, file });
  });

  test('every row comes back exactly as it was, and new ids go on after the old ones', async () => {
    const target = await emptyDatabase('attune_restored');
    const { rows } = await loadArchive({ url: target, dataDir: to, file });

    const before = await contents(url);
    expect(await contents(target)).toEqual(before);
    expect(rows).toBe(Object.values(before).flat().length);
    const [{ id: last }] = (await query(url, 'select max(id) as id from pack')).rows;
    const { rows: added } = await query(
      target,
      "insert into pack (ref, label, version) values ('q', 'q', '1') returning id",
    );
    expect(added).toEqual([{ id: last + 1 }]);
  });

  test('keys and packs come along, the password of the one cluster does not; only the owner reads it', () => {
    expect(readFileSync(join(to, 'secrets/encryption-key'), 'utf8')).toBe('key\n');
    expect(statSync(join(to, 'secrets/encryption-key')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(to, 'packs/p/pack.yaml'), 'utf8')).toBe('ref: p\n');
    const modes = ['packs', 'packs/p', 'packs/p/pack.yaml', 'packs/p/.run'].map(
      (path) => statSync(join(to, path)).mode & 0o777,
    );
    // As runs of other users need them.
    expect(modes).toEqual([0o755, 0o755, 0o644, 0o755]);
    expect(() => statSync(join(to, 'secrets/postgres-password'))).toThrow('ENOENT');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  test('a back-up that was cut off is refused before anything is changed', async () => {
    const cut = join(from, 'cut.backup');
    writeFileSync(cut, readFileSync(file));
    truncateSync(cut, statSync(file).size - 50);
    const target = await emptyDatabase('attune_cut');
    await expect(loadArchive({ url: target, dataDir: to, file: cut })).rejects.toThrow(
      'no complete back-up',
    );
    expect(await isEmptyDatabase(target)).toBe(true);
  });
});
