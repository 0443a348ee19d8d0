import { withDatabase } from '#bin/data/provide-database.ts';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import type { Settings } from '#bin/settings.ts';
import { closePool } from '#server/db/pool.ts';
import {
  checkInvariants,
  INVARIANTS,
  type Violation,
} from '#server/invariants/check-invariants.ts';
import { inSnapshot } from '#server/invariants/in-snapshot.ts';
import { checkSchema } from '#server/schema/check-schema.ts';

/** A promise, and what breaks it. */
export interface CheckedPromise {
  readonly invariant: string;
  readonly title: string;
  readonly holds: boolean;
  readonly count: number;
  readonly examples: readonly string[];
}

/**
 * Looks whether the rows of the database keep what the platform promises; only reads, while it runs or not.
 *
 * @throws Problem (no database), SchemaError
 */
export async function checkPromises(settings: Settings): Promise<CheckedPromise[]> {
  addMadeSecrets(settings.dataDir);
  return withDatabase(settings, async (url) => {
    await checkSchema(url);
    try {
      return toPromises(await inSnapshot(checkInvariants));
    } finally {
      await closePool();
    }
  });
}

const toPromises = (violations: readonly Violation[]): CheckedPromise[] =>
  INVARIANTS.map(({ name, title }) => {
    const violation = violations.find(({ invariant }) => invariant === name);
    return {
      invariant: name,
      title,
      holds: violation === undefined,
      count: violation?.count ?? 0,
      examples: violation?.examples ?? [],
    };
  });
