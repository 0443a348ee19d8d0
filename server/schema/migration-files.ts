import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MigrationFiles {
  readonly dir: string;
  /** Oldest first. The last name is the version that this program needs. */
  readonly migrations: readonly { readonly name: string; readonly sql: string }[];
  readonly lockfile: string;
}

/** In the web's bundle a module has no directory of its own; the web process runs in the project's. */
const HERE = (import.meta.dirname as string | undefined) ?? join(process.cwd(), 'server/schema');

export const MIGRATIONS_DIR = join(HERE, '../../prisma/migrations');

/** Reads Prisma's folder of migrations. */
export function readMigrationFiles(dir = MIGRATIONS_DIR): MigrationFiles {
  const entries = readdirSync(dir, { withFileTypes: true });
  const names = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  return {
    dir,
    migrations: names.toSorted().map((name) => ({
      name,
      sql: readFileSync(join(dir, name, 'migration.sql'), 'utf8'),
    })),
    lockfile: readFileSync(join(dir, 'migration_lock.toml'), 'utf8'),
  };
}
