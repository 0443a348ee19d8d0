/** A promise that can be read from the rows alone, at any instant, however busy the platform is. */
export interface Invariant {
  /** kebab-case; how a violation is named. */
  readonly name: string;
  /** The guarantee, as a sentence. */
  readonly title: string;
  /** Selects one text, `example`, for every row that breaks it; none = it holds. */
  readonly broken: string;
}

/*
 * Retention deletes rows after 30 days and output after 7, in batches, children before or after their parents as it
 * comes. What is younger than these is all there.
 */
export const ROWS_KEPT_SINCE = `(now() - interval '29 days')`;
export const OUTPUT_KEPT_SINCE = `(now() - interval '6 days')`;

export const ACTIVE = `('running', 'canceling')`;
export const FINAL = `('completed', 'failed', 'timeout', 'cancelled', 'abandoned')`;
/** How a token ends with its attempt; any other word means that it was revoked before. */
export const ATTEMPT_ENDS = `('completed', 'failed', 'timeout', 'cancelled', 'lost')`;
