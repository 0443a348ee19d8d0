import type { Sql } from '#server/db/sql.ts';
import { ATTEMPT_INVARIANTS } from './attempt-invariants.ts';
import type { Invariant } from './invariant.ts';
import { STREET_INVARIANTS } from './street-invariants.ts';
import { TOKEN_INVARIANTS } from './token-invariants.ts';
import { WAIT_INVARIANTS } from './wait-invariants.ts';

/** A promise that the rows show to be broken. */
export interface Violation {
  readonly invariant: string;
  readonly title: string;
  /** How many rows break it. */
  readonly count: number;
  /** A few of them, in words. */
  readonly examples: readonly string[];
}

export const INVARIANTS: readonly Invariant[] = [
  ...STREET_INVARIANTS,
  ...ATTEMPT_INVARIANTS,
  ...TOKEN_INVARIANTS,
  ...WAIT_INVARIANTS,
];

const EXAMPLES_MAX = 5;

/**
 * Looks whether the rows keep what the platform promises. Only reads; say it `inSnapshot`, so that all is judged at one
 * instant, also while everything moves.
 *
 * @returns what is broken; empty = nothing
 */
export async function checkInvariants(on: Sql): Promise<Violation[]> {
  const violations: Violation[] = [];
  for (const invariant of INVARIANTS) {
    const found = await check(on, invariant);
    if (found !== null) violations.push(found);
  }
  return violations;
}

async function check(on: Sql, { name, title, broken }: Invariant): Promise<Violation | null> {
  const rows = await on.query<{ example: string; total: number }>(
    `select example, count(*) over () as total from (${broken}) as broken order by example limit ${EXAMPLES_MAX}`,
  );
  const [first] = rows;
  if (first === undefined) return null;
  return {
    invariant: name,
    title,
    count: first.total,
    examples: rows.map(({ example }) => example),
  };
}
