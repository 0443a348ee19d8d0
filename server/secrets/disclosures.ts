import type { JsonValue } from '#lib/domain/json.ts';
import { type NamedSecret, secretsFromValue } from '#lib/domain/masking/index.ts';
import type { Sql, Tx } from '#server/db/sql.ts';
import { decrypt, encrypt } from './cipher.ts';

/** A process that may be told secrets: a run, all of its attempts, or a sensor. */
export type Holder = { readonly executionId: number } | { readonly sensorId: number };

/** Whose process shows the token; null for people and the platform itself. */
export function holderOf(actor: {
  readonly kind: string;
  readonly executionId?: number;
  readonly sensorId?: number;
}): Holder | null {
  if (actor.executionId !== undefined) return { executionId: actor.executionId };
  if (actor.sensorId !== undefined) return { sensorId: actor.sensorId };
  return null;
}

export interface Disclosure {
  /** The key's ref. */
  readonly name: string;
  /** When the key was changed last. */
  readonly changedAt: Date;
  readonly value: JsonValue;
}

const PLACE = 'disclosed_secret';

/**
 * Remembers what a process is told, in the transaction that tells it: whatever the process says afterwards, whoever
 * masks it finds the value here.
 */
export async function rememberDisclosures(
  tx: Tx,
  holder: Holder,
  disclosures: readonly Disclosure[],
): Promise<void> {
  if (disclosures.length === 0) return;
  const sealed = disclosures.map(({ name, changedAt, value }) => {
    const { ciphertext, keyId } = encrypt(value, `${PLACE}:${name}`);
    return { name, version: changedAt.toISOString(), bytes: Buffer.from(ciphertext), keyId };
  });
  const [executionId, sensorId] = idsOf(holder);
  await tx.query(
    `insert into disclosed_secret (execution_id, sensor_id, name, version, ciphertext, encryption_key_hash)
     select $1, $2, s.* from unnest($3::text[], $4::text[], $5::bytea[], $6::text[]) as s on conflict do nothing`,
    [
      executionId,
      sensorId,
      sealed.map(({ name }) => name),
      sealed.map(({ version }) => version),
      sealed.map(({ bytes }) => bytes),
      sealed.map(({ keyId }) => keyId),
    ],
  );
}

export interface Disclosed {
  readonly id: number;
  readonly secrets: readonly NamedSecret[];
}

/** What a process has been told by now, without those that are known already. */
export async function listDisclosed(
  on: Sql,
  holder: Holder,
  known: readonly number[],
): Promise<Disclosed[]> {
  const [executionId, sensorId] = idsOf(holder);
  // Not by the greatest id so far: of two that are told at once, the later one may commit first.
  const rows = await on.query<{ id: number; name: string; ciphertext: Buffer; key_id: string }>(
    `select id, name, ciphertext, encryption_key_hash as key_id from disclosed_secret
     where ${executionId === null ? 'sensor_id' : 'execution_id'} = $1 and not (id = any ($2::bigint[])) order by id`,
    [executionId ?? sensorId, known],
  );
  return rows.map(({ id, name, ciphertext, key_id: keyId }) => ({
    id,
    secrets: secretsFromValue(name, decrypt(ciphertext, keyId, `${PLACE}:${name}`)),
  }));
}

/** A new process of a sensor knows nothing of what the one before was told; what it is told again is written again. */
export const forgetDisclosures = (tx: Tx, sensorId: number): Promise<unknown[]> =>
  tx.query('delete from disclosed_secret where sensor_id = $1', [sensorId]);

const idsOf = (holder: Holder): [number | null, number | null] =>
  'executionId' in holder ? [holder.executionId, null] : [null, holder.sensorId];
