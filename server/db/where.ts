/** Conditions of a statement, each with a numbered parameter, and only those that were asked for. */
export interface Where {
  /** Undefined and null are not asked for. */
  readonly add: (value: unknown, term: (parameter: string) => string) => void;
  /** A term without a parameter. */
  readonly say: (term: string) => void;
  /** `where …`, or nothing. */
  readonly text: () => string;
  readonly values: unknown[];
}

/**
 * A plan knows what is asked only where it is said: `$1 is null or …` hides from it that an index would do, and hides
 * from an index's own condition that it holds.
 */
export function where(): Where {
  const values: unknown[] = [];
  const terms: string[] = [];
  return {
    add: (value, term) => {
      if (value === undefined || value === null) return;
      values.push(value);
      terms.push(term(`$${values.length}`));
    },
    say: (term) => void terms.push(term),
    text: () => (terms.length === 0 ? '' : `where ${terms.join(' and ')}`),
    values,
  };
}
