/**
 * Something that the person at the keyboard can mend. Printed as one sentence with a link, never with a stack.
 * The anchor is a heading of `docs/troubleshooting.md`.
 */
export class Problem extends Error {
  readonly anchor: string;

  constructor(message: string, anchor: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Problem';
    this.anchor = anchor;
  }
}

/** The sentence and where to read more, as it is printed on the screen. */
export function describeProblem(error: unknown): string {
  if (error instanceof Problem) {
    return `${error.message}\n  More: docs/troubleshooting.md#${error.anchor}`;
  }
  if (isNodeError(error) && error.code === 'ENOSPC') {
    return 'The disk is full; free some space and start again.\n  More: docs/troubleshooting.md#disk-full';
  }
  // Schema and application errors carry a sentence for people; anything else is a bug and keeps its stack.
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    const anchor = 'anchor' in error && typeof error.anchor === 'string' ? error.anchor : null;
    return anchor === null
      ? error.message
      : `${error.message}\n  More: docs/troubleshooting.md#${anchor}`;
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Narrows to the errors that Node's own calls throw. */
export function isNodeError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error;
}
