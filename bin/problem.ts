import { AppError } from '#lib/errors.ts';
import { SchemaError } from '#server/schema/schema-error.ts';

/** Headings of `docs/troubleshooting.md`; a test compares the two. */
export const ANCHORS = [
  'already-running',
  'build-failed',
  'copied-data-directory',
  'data-directory',
  'database-login',
  'database-missing',
  'database-prepare',
  'database-unreachable',
  'database-version',
  'disk-full',
  'install', // bin/attune.mjs
  'no-database',
  'port-taken',
  'postgres-binaries',
  'postgres-does-not-stop',
  'postgres-init',
  'postgres-major-version',
  'postgres-password',
  'postgres-place',
  'postgres-start',
  'postgres-user',
  'reset',
  'restore',
  'rotate-keys',
  'schema-broken',
  'schema-newer',
  'schema-older',
  'unknown-user',
  'web-start',
  'worker-start',
  'wrong-host',
  'wrong-setting',
] as const;

type Anchor = (typeof ANCHORS)[number];

/** Something that the person at the keyboard can mend: printed as one sentence with a link, never with a stack. */
export class Problem extends Error {
  readonly anchor: Anchor;

  constructor(message: string, anchor: Anchor, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Problem';
    this.anchor = anchor;
  }
}

/** The words for the screen. Anything that is no problem of the reader's is a bug and keeps its stack. */
export function describeProblem(error: unknown): string {
  if (error instanceof Problem || error instanceof SchemaError) {
    return `${error.message}\n  More: docs/troubleshooting.md#${error.anchor}`;
  }
  if (isNodeError(error) && (error.code === 'ENOSPC' || error.code === '53100')) {
    return 'The disk is full; free some space and start again.\n  More: docs/troubleshooting.md#disk-full';
  }
  if (error instanceof AppError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Narrows to the errors that Node's own calls and Postgres' driver throw. */
export function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
