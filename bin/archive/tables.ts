import type pg from 'pg';

export interface Column {
  readonly name: string;
  /** As Postgres writes it, e.g. `timestamp with time zone`. */
  readonly type: string;
}

export interface Table {
  readonly name: string;
  readonly columns: readonly Column[];
  /** Rows in this order refer to earlier rows of their own table only. */
  readonly keyColumns: readonly string[];
}

/** Every table of ours, referenced ones before those that refer to them. Prisma's books are not among them. */
export async function listTables(client: pg.Client): Promise<Table[]> {
  const { rows } = await client.query<{
    name: string;
    columns: Column[];
    keys: string[];
    needs: string[];
  }>(`
    select c.relname as name,
           (select json_agg(json_build_object('name', a.attname, 'type', format_type(a.atttypid, a.atttypmod)) order by a.attnum)
              from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
           coalesce((select array_agg(a.attname::text order by array_position(i.indkey::int2[], a.attnum))
              from pg_index i join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey)
             where i.indrelid = c.oid and i.indisprimary), '{}') as keys,
           coalesce((select array_agg(distinct f.relname::text)
              from pg_constraint k join pg_class f on f.oid = k.confrelid
             where k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid), '{}') as needs
      from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and c.relname <> '_prisma_migrations'
     order by c.relname`);
  const byName = new Map(rows.map((row) => [row.name, row]));
  const sorted = new Set<string>();
  const visit = (name: string, path: readonly string[]): void => {
    if (sorted.has(name) || path.includes(name)) return;
    for (const needed of byName.get(name)?.needs ?? []) visit(needed, [...path, name]);
    sorted.add(name);
  };
  for (const { name } of rows) visit(name, []);
  return [...sorted].flatMap((name) => {
    const row = byName.get(name);
    return row ? [{ name, columns: row.columns, keyColumns: row.keys }] : [];
  });
}

/** Text forms that do not depend on the server's settings. */
export async function setStableTextForms(client: pg.Client): Promise<void> {
  await client.query(
    "set timezone = 'UTC'; set datestyle = 'ISO'; set intervalstyle = 'iso_8601'; set bytea_output = 'hex'; set extra_float_digits = 1",
  );
}
