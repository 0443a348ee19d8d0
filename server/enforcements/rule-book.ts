import { type Condition, parseConditions } from '#lib/domain/conditions/index.ts';
import type { JsonObject, JsonValue } from '#lib/domain/json.ts';
import type { Sql, Tx } from '#server/db/sql.ts';
import { RUNNABLE_ACTION, type RunnableAction } from '#server/executions/runnable-action.ts';

/** A rule ready to be asked: its condition parsed, its action and its pack's configuration at hand. */
export interface CompiledRule {
  readonly id: number;
  readonly ref: string;
  readonly version: number;
  /** Null when the stored conditions do not parse: such a rule matches nothing, and says so. */
  readonly condition: Condition | null;
  readonly conditions: JsonValue;
  readonly actionParams: JsonObject;
  readonly actionRef: string;
  readonly action: RunnableAction | null;
  readonly packConfig: JsonObject;
  readonly permissionSetRefs: readonly string[] | null;
  readonly traceTagTemplate: string | null;
  readonly ownerIdentityId: number | null;
}

/** All enabled rules of one rule-set revision, by the trigger that they listen to. */
export interface RuleBook {
  readonly revision: number;
  readonly triggers: ReadonlyMap<string, { readonly id: number; readonly enabled: boolean }>;
  readonly rules: ReadonlyMap<string, readonly CompiledRule[]>;
}

let current: RuleBook | undefined;

/**
 * The rule book of this instant. Holds the revision until the transaction ends: nobody changes a rule while an event
 * is routed by it, so an event is always matched by exactly the rules that were enabled when it was stored.
 */
export async function openRuleBook(tx: Tx): Promise<RuleBook> {
  const [row] = await tx.query<{ revision: number }>(
    'select revision from rule_set where id = 1 for share',
  );
  if (row === undefined) throw new Error('The rule set has no row: the database was not migrated');
  if (current?.revision !== row.revision) current = await readRuleBook(tx, row.revision);
  return current;
}

interface RuleRow {
  readonly id: number;
  readonly ref: string;
  readonly version: number;
  readonly trigger_ref: string;
  readonly action_ref: string;
  readonly conditions: JsonValue;
  readonly action_params: JsonObject;
  readonly permission_set_refs: string[] | null;
  readonly trace_tag_template: string | null;
  readonly owner_identity_id: number | null;
  readonly pack_config: JsonObject;
  readonly action: RunnableAction | null;
}

async function readRuleBook(on: Sql, revision: number): Promise<RuleBook> {
  const rows = await on.query<RuleRow>(
    `select r.id, r.ref, r.version, r.trigger_ref, r.action_ref, r.conditions, r.action_params, r.permission_set_refs,
            r.trace_tag_template, r.owner_identity_id, p.config as pack_config,
            (select to_jsonb(x) from (select ${RUNNABLE_ACTION} from action a where a.ref = r.action_ref) x) as action
     from rule r join pack p on p.id = r.pack_id where r.enabled order by r.id`,
  );
  const triggers = await on.query<{ id: number; ref: string; enabled: boolean }>(
    'select id, ref, enabled from trigger',
  );
  const rules = new Map<string, CompiledRule[]>();
  for (const row of rows) {
    const those = rules.get(row.trigger_ref) ?? [];
    those.push(compile(row));
    rules.set(row.trigger_ref, those);
  }
  return {
    revision,
    triggers: new Map(triggers.map(({ ref, id, enabled }) => [ref, { id, enabled }])),
    rules,
  };
}

function compile(row: RuleRow): CompiledRule {
  const parsed = parseConditions(row.conditions);
  return {
    id: row.id,
    ref: row.ref,
    version: row.version,
    condition: parsed.ok ? parsed.condition : null,
    conditions: row.conditions,
    actionParams: row.action_params,
    actionRef: row.action_ref,
    action: row.action,
    packConfig: row.pack_config,
    permissionSetRefs: row.permission_set_refs,
    traceTagTemplate: row.trace_tag_template,
    ownerIdentityId: row.owner_identity_id,
  };
}
