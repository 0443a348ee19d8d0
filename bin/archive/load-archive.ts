import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import pg from 'pg';
import { Problem } from '#bin/problem.ts';
import { newerError } from '#server/schema/fit.ts';
import { migrate } from '#server/schema/migrate.ts';
import { readMigrationFiles } from '#server/schema/migration-files.ts';
import type { ArchiveFile, ArchiveRow, ArchiveTable } from './format.ts';
import { readArchive, verifyArchive } from './read-archive.ts';
import { listTables, type Table, setStableTextForms } from './tables.ts';

const BATCH_ROWS = 200;

interface LoadArchive {
  /** An empty database. */
  readonly url: string;
  readonly dataDir: string;
  readonly file: string;
}

/** Brings an empty database to the archive's schema, loads it in one transaction, and goes on to today's schema. */
export async function loadArchive({ url, dataDir, file }: LoadArchive): Promise<{ rows: number }> {
  const header = await verifyArchive(file);
  const files = readMigrationFiles();
  const ours = files.migrations.map(({ name }) => name);
  if (header.migrations.some((name) => !ours.includes(name)))
    throw newerError(ours, header.migrations);
  const then = files.migrations.filter(({ name }) => header.migrations.includes(name));
  await migrate(url, { ...files, migrations: then });
  const rows = await loadRows(url, file);
  await migrate(url, files);
  await loadFiles(dataDir, file);
  return { rows };
}

async function loadRows(url: string, file: string): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await setStableTextForms(client);
    await client.query('begin');
    const tables = await listTables(client);
    // What the schema's own triggers would add or refuse has happened already; foreign keys stay checked.
    const switchTriggers = async (how: 'disable' | 'enable') => {
      for (const { name } of tables)
        await client.query(`alter table ${pg.escapeIdentifier(name)} ${how} trigger user`);
    };
    await switchTriggers('disable');
    // Rows that migrations put in are in the archive as well, as they were then.
    await client.query(
      `truncate ${tables.map(({ name }) => pg.escapeIdentifier(name)).join(', ')}`,
    );
    const rows = await copyLines(client, new Map(tables.map((table) => [table.name, table])), file);
    await client.query('set constraints all immediate');
    await switchTriggers('enable');
    await client.query('commit');
    return rows;
  } finally {
    await client.end(); // rolls back what was not committed
  }
}

async function copyLines(
  client: pg.Client,
  tables: ReadonlyMap<string, Table>,
  file: string,
): Promise<number> {
  let current: ArchiveTable | null = null;
  let batch: ArchiveRow[] = [];
  let rows = 0;
  const flush = async () => {
    if (current !== null && batch.length > 0) await insertRows(client, tables, current, batch);
    rows += batch.length;
    batch = [];
  };
  for await (const line of readArchive(file)) {
    if (Array.isArray(line)) {
      batch.push(line);
      if (batch.length >= BATCH_ROWS) await flush();
    } else if (line.kind === 'table') {
      await flush();
      current = line;
    } else if (line.kind === 'sequence') {
      await client.query('select setval($1::regclass, $2::bigint, $3)', [
        pg.escapeIdentifier(line.name),
        line.value,
        line.is_called,
      ]);
    }
  }
  await flush();
  return rows;
}

async function insertRows(
  client: pg.Client,
  tables: ReadonlyMap<string, Table>,
  { name, columns }: ArchiveTable,
  batch: readonly ArchiveRow[],
): Promise<void> {
  const types = new Map(tables.get(name)?.columns.map((column) => [column.name, column.type]));
  const quoted = columns.map((column) => pg.escapeIdentifier(column));
  const casts = columns.map((column, index) => `${quoted[index]}::${types.get(column) ?? 'text'}`);
  const parameters = columns.map((_, index) => `$${index + 1}::text[]`);
  await client.query(
    `insert into ${pg.escapeIdentifier(name)} (${quoted.join(', ')}) overriding system value
     select ${casts.join(', ')} from unnest(${parameters.join(', ')}) as line (${quoted.join(', ')})`,
    columns.map((_, index) => batch.map((row) => row[index] ?? null)),
  );
}

async function loadFiles(dataDir: string, file: string): Promise<void> {
  for await (const line of readArchive(file)) {
    if (!Array.isArray(line) && line.kind === 'file') writeBack(dataDir, line);
  }
}

/** What is in the way is kept beside it: an overwritten encryption key would make everything it locked unreadable. */
function writeBack(dataDir: string, { path, base64, is_executable }: ArchiveFile): void {
  const clean = normalize(path);
  if (!/^(secrets|packs)\//.test(clean)) {
    throw new Problem(
      `The archive holds a file '${path}' that does not belong into a data directory; do not use it.`,
      'restore',
    );
  }
  const isSecret = clean.startsWith('secrets/');
  const content = Buffer.from(base64, 'base64');
  const target = join(dataDir, clean);
  if (existsSync(target) && isSecret) {
    if (readFileSync(target).equals(content)) return;
    renameSync(target, `${target}.before-restore-${Date.now()}`);
  }
  makeParents(dataDir, clean, isSecret ? 0o700 : 0o755);
  writeFileSync(target, content, { mode: 0o600 });
  // Runs have users of their own and have to get into a pack, whatever the umask says.
  if (!isSecret) chmodSync(target, is_executable === true ? 0o755 : 0o644);
}

function makeParents(dataDir: string, path: string, mode: number): void {
  const steps = dirname(path).split('/');
  for (const [at] of steps.entries()) {
    const parent = join(dataDir, ...steps.slice(0, at + 1));
    if (mkdirSync(parent, { recursive: true }) !== undefined) chmodSync(parent, mode);
  }
}
