import { RE2JS } from 're2js';

/** A regular expression that was read, and how much work each character of a text may be for it. */
export interface Pattern {
  /** States of the automaton: each character costs at most as many steps. */
  readonly size: number;
  /** Found anywhere in the text, unless `^` and `$` say otherwise. */
  readonly test: (text: string) => boolean;
}

export type ReadPattern =
  | { readonly ok: true; readonly pattern: Pattern }
  | { readonly ok: false; readonly message: string };

const PATTERN_CHARS_MAX = 1_000;
const PATTERN_SIZE_MAX = 1_000;

/**
 * RE2 takes time in proportion to the text and never more, but the factor is the pattern's size: a megabyte against a
 * thousand states is twenty seconds. So states times characters are bounded too; this much is 50 ms at worst.
 */
export const PATTERN_WORK_MAX = 250_000;

/** Reads a pattern: RE2, in linear time, without look-around and back-references. */
export function readPattern(source: string): ReadPattern {
  if (source.length > PATTERN_CHARS_MAX) {
    return {
      ok: false,
      message: `The pattern has ${source.length} characters; ${PATTERN_CHARS_MAX} are allowed.`,
    };
  }
  try {
    const compiled = RE2JS.compile(source);
    const size = compiled.programSize();
    if (size > PATTERN_SIZE_MAX) {
      return {
        ok: false,
        message: `The pattern is too large: it has ${size} states, ${PATTERN_SIZE_MAX} are allowed. Repeat less.`,
      };
    }
    return { ok: true, pattern: { size, test: (text) => compiled.test(text) } };
  } catch (error) {
    const reason =
      error instanceof Error ? error.message.replace(/^error parsing regexp: /, '') : '';
    return {
      ok: false,
      message: `The pattern cannot be read: ${reason}. Patterns are RE2: no look-around, no back-references.`,
    };
  }
}

/** The longest text that patterns of this size together may be asked about. */
export const textCharsMax = (size: number): number => Math.floor(PATTERN_WORK_MAX / size);
