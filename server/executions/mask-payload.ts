import { isJsonObject } from '#lib/domain/json.ts';
import { type Masker, type NamedSecret, secretsFromValue } from '#lib/domain/masking/index.ts';
import { tokenSecrets } from '#lib/domain/masking/token-secrets.ts';
import { nameOfSecret, parseParamSchema, splitSecrets } from '#lib/domain/param-schema.ts';
import type { Actor, ExecutionActor, SensorActor } from '#server/auth/actor.ts';
import { tokenTextOf } from '#server/auth/token-text.ts';
import { sql } from '#server/db/sql.ts';
import { holderOf } from '#server/secrets/disclosures.ts';
import { KnownSecrets } from '#server/secrets/known-secrets.ts';
import { knownSecretsFor, knownSecretsForSensor } from '#server/secrets/resolve.ts';
import { openParameters } from './secret-config.ts';

/** Each holds the matcher of a process: a megabyte, for one that knows many secrets. */
const KEPT_MAX = 32;

/** By the id of the token; the last one used comes last. */
const kept = new Map<string, KnownSecrets>();

/**
 * Masks what a process sends to be stored where others read it, by all that the process knows (contract §5).
 *
 * @returns null for people, whose words are their own
 */
export async function maskerFor(actor: Actor): Promise<Masker | null> {
  if (actor.kind !== 'execution' && actor.kind !== 'sensor') return null;
  const known = kept.get(actor.jti) ?? (await knownTo(actor));
  if (known === null) return null;
  kept.delete(actor.jti);
  kept.set(actor.jti, known);
  const [oldest] = kept.keys();
  if (kept.size > KEPT_MAX && oldest !== undefined) kept.delete(oldest);
  return known.refresh();
}

async function knownTo(actor: ExecutionActor | SensorActor): Promise<KnownSecrets | null> {
  const holder = holderOf(actor);
  if (holder === null) return null;
  const token = tokenTextOf(actor);
  return new KnownSecrets(holder, [
    ...(token === null ? [] : tokenSecrets(`${actor.kind} token`, token)),
    ...(await (actor.kind === 'execution' ? secretsOfRun(actor) : secretsOfSensor(actor))),
  ]);
}

async function secretsOfRun(actor: ExecutionActor): Promise<NamedSecret[]> {
  const [row] = await sql.query<{ secret_config: Buffer | null }>(
    'select secret_config from execution where id = $1',
    [actor.executionId],
  );
  return [
    ...(await knownSecretsFor(actor)),
    ...openParameters(row?.secret_config ?? null).flatMap(({ steps, value }) =>
      secretsFromValue(`parameter ${nameOfSecret(steps)}`, value),
    ),
  ];
}

async function secretsOfSensor({ sensorId }: SensorActor): Promise<NamedSecret[]> {
  const [row] = await sql.query<{ param_schema: unknown; config: unknown }>(
    'select param_schema, config from sensor where id = $1',
    [sensorId],
  );
  const schema = parseParamSchema(row?.param_schema);
  const config = row?.config;
  return [
    ...(await knownSecretsForSensor(sensorId)),
    ...(schema.ok && isJsonObject(config)
      ? splitSecrets(schema.schema, config).secrets.flatMap(({ name, value }) =>
          secretsFromValue(name, value),
        )
      : []),
  ];
}
