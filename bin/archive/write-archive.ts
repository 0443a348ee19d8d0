import {
  createWriteStream,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { VERSION } from '#lib/version.ts';
import { listAppliedMigrations } from '#server/schema/applied-migrations.ts';
import { type ArchiveLine, FORMAT_VERSION } from './format.ts';
import { listTables, type Table, setStableTextForms } from './tables.ts';

const FETCH_ROWS = 200;

/** The database's own password stays behind: it belongs to one cluster, not to what is in it. */
const SECRETS = ['secrets/session-secret', 'secrets/encryption-key'];
/** A copy that is just being written or removed. */
const HALF_A_PACK = /^packs\/[^/]+\/\.[0-9a-f]+\.(?:new|gone)/;

interface WriteArchive {
  readonly url: string;
  readonly dataDir: string;
  readonly file: string;
}

/** Writes all rows as of one instant, and the files that they need. Readable by its owner only, whole or not there. */
export async function writeArchive({
  url,
  dataDir,
  file,
}: WriteArchive): Promise<{ rows: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const half = `${file}.half`;
  const count = { rows: 0 };
  try {
    await setStableTextForms(client);
    await client.query('begin isolation level repeatable read, read only');
    const out = createWriteStream(half, { mode: 0o600 });
    await pipeline(Readable.from(asText(linesOf(client, dataDir, count))), createGzip(), out);
    await client.query('commit');
    renameSync(half, file);
    return count;
  } finally {
    rmSync(half, { force: true });
    await client.end();
  }
}

async function* linesOf(
  client: pg.Client,
  dataDir: string,
  count: { rows: number },
): AsyncGenerator<ArchiveLine> {
  const { finished } = await listAppliedMigrations(client);
  yield {
    kind: 'header',
    format: FORMAT_VERSION,
    program: VERSION,
    migrations: [...finished],
    created_at: new Date().toISOString(),
  };
  for (const path of listFiles(dataDir)) {
    const file = readIfThere(join(dataDir, path));
    if (file !== null) yield { kind: 'file', path, ...file };
  }
  for (const table of await listTables(client)) {
    yield { kind: 'table', name: table.name, columns: table.columns.map(({ name }) => name) };
    for await (const row of rowsOf(client, table)) {
      count.rows += 1;
      yield row;
    }
  }
  yield* sequencesOf(client);
  yield { kind: 'end', rows: count.rows };
}

/** Null for a directory, and for a file of an old copy that a worker has just removed. */
function readIfThere(path: string): { base64: string; is_executable: boolean } | null {
  try {
    const stat = statSync(path);
    if (!stat.isFile()) return null;
    return { base64: readFileSync(path, 'base64'), is_executable: (stat.mode & 0o111) !== 0 };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Hidden ones too: a pack is only whole with them. */
function listFiles(dataDir: string): string[] {
  const has = (path: string) => existsSync(join(dataDir, path));
  const inPacks = has('packs') ? readdirSync(join(dataDir, 'packs'), { recursive: true }) : [];
  const packs = inPacks.map((path) => join('packs', String(path)));
  return [...SECRETS.filter(has), ...packs.filter((path) => !HALF_A_PACK.test(path))];
}

async function* rowsOf(client: pg.Client, table: Table): AsyncGenerator<(string | null)[]> {
  const quote = pg.escapeIdentifier;
  const columns = table.columns.map(({ name }) => `${quote(name)}::text`);
  const order =
    table.keyColumns.length > 0 ? `order by ${table.keyColumns.map(quote).join(', ')}` : '';
  await client.query(
    `declare rows no scroll cursor for select ${columns.join(', ')} from ${quote(table.name)} ${order}`,
  );
  for (;;) {
    const { rows } = await client.query<(string | null)[]>({
      text: `fetch ${FETCH_ROWS} from rows`,
      rowMode: 'array',
    });
    yield* rows;
    if (rows.length < FETCH_ROWS) break;
  }
  await client.query('close rows');
}

async function* sequencesOf(client: pg.Client): AsyncGenerator<ArchiveLine> {
  const { rows } = await client.query<{ name: string }>(
    "select relname as name from pg_class where relkind = 'S' and relnamespace = 'public'::regnamespace order by 1",
  );
  for (const { name } of rows) {
    const { rows: states } = await client.query<{ value: string; is_called: boolean }>(
      `select last_value::text as value, is_called from ${pg.escapeIdentifier(name)}`,
    );
    for (const state of states) yield { kind: 'sequence', name, ...state };
  }
}

async function* asText(lines: AsyncIterable<ArchiveLine>): AsyncGenerator<string> {
  for await (const line of lines) yield `${JSON.stringify(line)}\n`;
}
