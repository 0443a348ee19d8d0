import type { JsonObject } from '#lib/domain/json.ts';
import { sql } from '#server/db/sql.ts';

/** A rule as those who wait for its trigger see it. */
export interface RuleState {
  readonly id: number;
  readonly ref: string;
  readonly enabled: boolean;
  readonly trigger_ref: string;
  readonly trigger_params: JsonObject;
}

/** The rules of some triggers, or of all (null), enabled or not. */
export const listRuleStates = (triggerRefs: readonly string[] | null): Promise<RuleState[]> =>
  sql.query<RuleState>(
    `select id, ref, enabled, trigger_ref, trigger_params from rule
     where $1::text[] is null or trigger_ref = any ($1::text[]) order by id`,
    [triggerRefs],
  );
