import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface MigrationFiles {
  readonly dir: string;
  /** Oldest first. The last name is the version that this program needs. */
  readonly migrations: readonly { readonly name: string; readonly sql: string }[];
  readonly lockfile: string;
}

export const MIGRATIONS_DIR = join(import.meta.dirname, '../../prisma/migrations');

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
