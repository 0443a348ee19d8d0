import pg from 'pg';

/** Deletes all that is ours in a database: the application's schema and the queue's. */
export async function emptyDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(
      'drop schema if exists pgboss cascade; drop schema public cascade; create schema public;',
    );
  } finally {
    await client.end();
  }
}

/** Whether anybody has put anything into a database's own schema yet. */
export async function isEmptyDatabase(connectionString: string): Promise<boolean> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query(
      "select from pg_tables where schemaname = 'public' limit 1",
    );
    return rowCount === 0;
  } finally {
    await client.end();
  }
}
