import { SchemaError } from './schema-error.ts';

/** How a database's schema relates to this program's. */
export type Fit =
  | { readonly kind: 'fits' }
  | { readonly kind: 'older'; readonly missing: readonly string[] }
  | { readonly kind: 'newer'; readonly unknown: readonly string[] };

/** Compares by name: anything that we do not know makes it newer, whatever else it lacks. */
export function fitOf(needed: readonly string[], applied: readonly string[]): Fit {
  const unknown = applied.filter((name) => !needed.includes(name));
  if (unknown.length > 0) return { kind: 'newer', unknown };
  const missing = needed.filter((name) => !applied.includes(name));
  return missing.length > 0 ? { kind: 'older', missing } : { kind: 'fits' };
}

export function olderError(needed: readonly string[], applied: readonly string[]): SchemaError {
  return new SchemaError(
    'SCHEMA_OLDER',
    `The database's schema is ${versionOf(applied)}, older than this program's ${versionOf(needed)}; run 'npx --no attune db migrate' or 'npm start'.`,
  );
}

export function newerError(needed: readonly string[], applied: readonly string[]): SchemaError {
  return new SchemaError(
    'SCHEMA_NEWER',
    `The database's schema is ${versionOf(applied)}, newer than this program's ${versionOf(needed)}; update the program with 'git pull && npm start', or restore a backup with 'npx --no attune restore <file>'.`,
  );
}

/** The newest migration's name is the version. */
export function versionOf(names: readonly string[]): string {
  return names.toSorted().at(-1) ?? 'empty';
}
