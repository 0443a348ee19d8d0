import pg from 'pg';

/** The migrated database that every test file's own is cloned from. */
export const TEMPLATE = 'attune_template';

/** The same server, another database. */
export function urlOf(database: string, base: string): string {
  const url = new URL(base);
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs one statement on a connection of its own. */
export async function query(connectionString: string, sql: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return await client.query(sql);
  } finally {
    await client.end();
  }
}

/** The settings without a default; must run before anything asks for `config()`. */
export function setTestEnvironment(databaseUrl: string, dataDir: string): void {
  process.env['DATABASE_URL'] = databaseUrl;
  process.env['ATTUNE_DATA_DIR'] = dataDir;
  process.env['ATTUNE_SESSION_SECRET'] = 'a-session-secret-that-only-tests-use-0123456789';
  process.env['ATTUNE_ENCRYPTION_KEY'] = 'ab'.repeat(32);
  process.env['LOG_LEVEL'] ??= 'silent';
}
