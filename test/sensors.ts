import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '#lib/domain/json.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { anAction, aPack, aRule, aTrigger, switchRule } from './catalogue.ts';

export interface SensorFixture {
  readonly id: number;
  readonly ref: string;
  readonly packRef: string;
  readonly packDirectory: string;
  readonly trigger: string;
}

interface SensorOptions {
  /** What its program says. */
  readonly script?: string;
  readonly runner?: 'shell' | 'nodejs' | 'python';
  readonly config?: JsonObject;
  readonly paramSchema?: JsonObject;
  readonly mq?: boolean;
}

/** A sensor with a trigger of its own, its pack installed in the data directory. No rule uses it yet. */
export async function aSensor(options: SensorOptions = {}): Promise<SensorFixture> {
  const pack = await aPack();
  const packDirectory = join(config().ATTUNE_DATA_DIR, 'packs', pack.ref);
  mkdirSync(join(packDirectory, 'sensors'), { recursive: true });
  const file = join(packDirectory, 'sensors', 'sensor');
  writeFileSync(file, options.script ?? 'sleep 1000\n');
  chmodSync(file, 0o755);
  await sql.query('update pack set storage_path = $2 where id = $1', [pack.id, packDirectory]);
  const trigger = await aTrigger();
  const ref = `${pack.ref}.sensor`;
  const [row] = await sql.query<{ id: number }>(
    `insert into sensor (ref, pack_id, pack_ref, label, entrypoint, runner_type, trigger_refs, config, param_schema, mq)
     values ($1, $2, $3, $1, 'sensor', $4, $5, $6::jsonb, $7::jsonb, $8) returning id`,
    [
      ref,
      pack.id,
      pack.ref,
      options.runner ?? 'shell',
      [trigger],
      JSON.stringify(options.config ?? {}),
      options.paramSchema === undefined ? null : JSON.stringify(options.paramSchema),
      options.mq ?? true,
    ],
  );
  return { id: row?.id ?? 0, ref, packRef: pack.ref, packDirectory, trigger };
}

/** An enabled rule of a trigger, told to everybody as its service does. */
export async function aRuleOf(
  trigger: string,
  triggerParams: JsonObject = {},
): Promise<{ id: number; ref: string }> {
  const rule = await aRule({ trigger, action: await anAction() });
  await changeRule(rule.id, triggerParams);
  return rule;
}

export async function changeRule(id: number, triggerParams: JsonObject): Promise<void> {
  await sql.query(
    'update rule set trigger_params = $2::jsonb, version = version + 1 where id = $1',
    [id, JSON.stringify(triggerParams)],
  );
  await announce(sql, 'rules');
}

export async function turnRule(id: number, enabled: boolean): Promise<void> {
  await switchRule(id, enabled);
  await announce(sql, 'rules');
}

export async function deleteRule(id: number): Promise<void> {
  await sql.query('delete from rule where id = $1', [id]);
  await announce(sql, 'rules');
}
