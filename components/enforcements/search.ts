import { z } from 'zod';
import { EnforcementStatus } from '#lib/contracts/enforcements.ts';
import type { EnforcementLink } from '#lib/paths.ts';
import { Cursor, Words } from '#components/ui/list-search.ts';

const EnforcementSearch = z.object({
  trigger_ref: Words,
  rule_ref: Words,
  status: EnforcementStatus.optional().catch(undefined),
  cursor: Cursor,
} satisfies Record<keyof EnforcementLink | 'cursor', z.ZodType>);
export type EnforcementSearch = z.output<typeof EnforcementSearch>;

/** What a reader wrote into the address of the enforcements; what does not parse is dropped. */
export const toEnforcementSearch = (
  given: Readonly<Record<string, string | string[] | undefined>>,
): EnforcementSearch => EnforcementSearch.parse(given);
