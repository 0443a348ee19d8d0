import pg from 'pg';
import type { Sighting } from './needles.ts';

/** Every row of every table that is ours or the queue's, as text; bytes also as what they say. */
export async function readDatabase(url: string): Promise<Sighting[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string; bytes: string[] }>(
      `select format('%I.%I', n.nspname, c.relname) as name,
              array(select quote_ident(a.attname) from pg_attribute a
                    where a.attrelid = c.oid and a.atttypid = 'bytea'::regtype and not a.attisdropped) as bytes
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind = 'r' and n.nspname not like 'pg\\_%' and n.nspname <> 'information_schema'`,
    );
    const seen: Sighting[] = [];
    for (const { name, bytes } of tables) {
      const texts = ['t::text', ...bytes.map((column) => `encode(${column}, 'escape')`)];
      const { rows } = await client.query<{ text: string }>(
        `select concat_ws(' ', ${texts.join(', ')}) as text from ${name} t`,
      );
      seen.push({ place: `table ${name}`, text: rows.map(({ text }) => text).join('\n') });
    }
    return seen;
  } finally {
    await client.end();
  }
}
