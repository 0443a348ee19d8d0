import { randomUUID } from 'node:crypto';
import type { JsonValue } from '#lib/domain/json.ts';
import { inTransaction, sql } from '#server/db/sql.ts';
import { raiseRevision } from '#server/rules/rule-set.ts';

/** What rules are made of, put into the database as packs would. Each call makes a new one, with only what a test is about. */

const short = (): string => randomUUID().slice(0, 8);

const one = async (text: string, values: unknown[]): Promise<number> => {
  const [row] = await sql.query<{ id: number }>(text, values);
  if (row === undefined) throw new Error('Nothing was inserted');
  return row.id;
};

export async function aPack(
  ref = `p${short()}`,
  { config = {} }: { config?: JsonValue } = {},
): Promise<{ id: number; ref: string }> {
  const id = await one(
    `insert into pack (ref, label, version, config) values ($1, $1, '1.0.0', $2::jsonb)
     on conflict (ref) do update set label = excluded.label returning id`,
    [ref, JSON.stringify(config)],
  );
  return { id, ref };
}

interface ActionOptions {
  readonly pack?: { id: number; ref: string };
  readonly param_schema?: JsonValue;
  readonly enabled?: boolean;
  readonly timeout_seconds?: number;
  /** Any other column. */
  readonly columns?: Readonly<Record<string, JsonValue>>;
}

export async function anAction(options: ActionOptions = {}): Promise<string> {
  const pack = options.pack ?? (await aPack());
  const ref = `${pack.ref}.a${short()}`;
  await one(
    `insert into action (ref, pack_id, pack_ref, label, entrypoint, param_schema, enabled, timeout_seconds)
     values ($1, $2, $3, $1, 'run.sh', $4::json, $5, $6) returning id`,
    [
      ref,
      pack.id,
      pack.ref,
      options.param_schema === undefined ? null : JSON.stringify(options.param_schema),
      options.enabled ?? true,
      options.timeout_seconds ?? null,
    ],
  );
  for (const [column, value] of Object.entries(options.columns ?? {})) {
    const isJson = column === 'retry' || column === 'concurrency';
    await sql.query(`update action set ${column} = $2 where ref = $1`, [
      ref,
      isJson ? JSON.stringify(value) : value,
    ]);
  }
  return ref;
}

export async function aTrigger(): Promise<string> {
  const pack = await aPack();
  const ref = `${pack.ref}.t${short()}`;
  await inTransaction(async (tx) => {
    await raiseRevision(tx);
    await tx.query('insert into trigger (ref, pack_id, pack_ref, label) values ($1, $2, $3, $1)', [
      ref,
      pack.id,
      pack.ref,
    ]);
  });
  return ref;
}

interface RuleOptions {
  readonly trigger: string;
  readonly action: string;
  readonly conditions?: JsonValue;
  readonly action_params?: JsonValue;
  readonly trace_tag_template?: string;
}

/** A rule and its first version. */
export async function aRule(options: RuleOptions): Promise<{ id: number; ref: string }> {
  const pack = await aPack();
  const ref = `${pack.ref}.r${short()}`;
  const values = [
    ref,
    pack.ref,
    options.trigger,
    options.action,
    JSON.stringify(options.conditions ?? []),
    JSON.stringify(options.action_params ?? {}),
    options.trace_tag_template ?? null,
  ];
  const id = await inTransaction(async (tx) => {
    const revision = await raiseRevision(tx);
    const [row] = await tx.query<{ id: number }>(
      `insert into rule (ref, pack_ref, label, trigger_ref, action_ref, conditions, action_params, trace_tag_template, pack_id)
       values ($1, $2, $1, $3, $4, $5::jsonb, $6::jsonb, $7, $8) returning id`,
      [...values, pack.id],
    );
    await tx.query(
      `insert into rule_version (rule_ref, pack_ref, trigger_ref, action_ref, conditions, action_params, trace_tag_template,
                                 rule_id, version, enabled, trigger_params, valid_from_revision)
       values ($1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8, 1, true, '{}', $9)`,
      [...values, row?.id, revision],
    );
    return row?.id ?? 0;
  });
  return { id, ref };
}

/** Switches a rule off or on, as its service does: a new version at a new revision. */
export async function switchRule(id: number, enabled: boolean): Promise<void> {
  await inTransaction(async (tx) => {
    const revision = await raiseRevision(tx);
    await tx.query('update rule set enabled = $2, version = version + 1 where id = $1', [
      id,
      enabled,
    ]);
    await tx.query(
      'update rule_version set valid_until_revision = $2 where rule_id = $1 and valid_until_revision is null',
      [id, revision],
    );
    await tx.query(
      `insert into rule_version (rule_id, version, rule_ref, pack_ref, enabled, trigger_ref, action_ref, conditions, action_params,
                                 trigger_params, valid_from_revision)
       select id, version, ref, pack_ref, enabled, trigger_ref, action_ref, conditions, action_params, trigger_params, $2
       from rule where id = $1`,
      [id, revision],
    );
  });
}

/** A worker's row, as if it had just given a sign of life. */
export const aWorker = (name = `w${short()}`): Promise<number> =>
  one(
    `insert into worker (name, host, pid, version, slots, isolation) values ($1, 'test', 1, '0', 4, '{}') returning id`,
    [name],
  );
