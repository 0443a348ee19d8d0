import type { JsonValue } from '#lib/domain/json.ts';
import { type NamedSecret, secretsFromValue } from '#lib/domain/masking/index.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Key as KeyRow } from '#server/db/generated/client.ts';
import { inPrismaTransaction } from '#server/db/prisma.ts';
import { sql } from '#server/db/sql.ts';
import { fromColumn } from '#server/packs/json.ts';
import { decrypt } from './cipher.ts';
import { type Holder, rememberDisclosures } from './disclosures.ts';
import { type KeyReader, ownedBy } from './repository.ts';

const WORKER: Actor = { kind: 'system', name: 'worker' };
const KEYS_MAX = 5_000;

/**
 * The values of keys that a run refers to, for its process only. A ref that is not in the answer does not exist or
 * is not the run's. Each delivery of an encrypted value is written down.
 */
export async function resolveKeys(
  refs: readonly string[],
  owner: KeyReader,
  holder: Holder,
): Promise<Map<string, JsonValue>> {
  if (refs.length === 0) return new Map();
  return inPrismaTransaction(async (db, tx) => {
    const rows = await db.key.findMany({
      where: { AND: [{ ref: { in: [...new Set(refs)] } }, ownedBy(owner)] },
      take: KEYS_MAX,
    });
    const told = rows.filter(({ encrypted }) => encrypted).map(({ ref }) => ref);
    if (told.length > 0) {
      await recordAudit(tx, {
        category: 'secret',
        eventType: 'key.delivered',
        outcome: 'success',
        ...by(WORKER),
        resource:
          'executionId' in holder
            ? { type: 'execution', id: holder.executionId, ref: owner.actionRef }
            : { type: 'sensor', id: holder.sensorId },
        details: { keys: told, identity: owner.identityId },
      });
    }
    const values = new Map(rows.map((row) => [row.ref, plain(row)]));
    await rememberDisclosures(
      tx,
      holder,
      rows
        .filter(({ encrypted }) => encrypted)
        .map((row) => ({
          name: row.ref,
          changedAt: row.updatedAt,
          value: values.get(row.ref) ?? null,
        })),
    );
    return values;
  });
}

/**
 * Every secret text that a run could have: what is masked in its output. Asked once for every run, so it is SQL: one
 * statement, which finds nothing for most.
 */
export async function knownSecretsFor({
  identityId,
  packRef,
  actionRef,
}: KeyReader): Promise<NamedSecret[]> {
  const rows = await sql.query<EncryptedKey>(
    `select ref, ciphertext, encryption_key_hash as key_id from key
     where encrypted and ciphertext is not null
       and ((owner_type = 'pack' and owner = $1) or (owner_type = 'action' and owner = $2)
            or (owner_type = 'identity' and owner_id = $3))
     order by id limit ${KEYS_MAX}`,
    [packRef, actionRef, identityId],
  );
  return rows.flatMap(secretsOf);
}

/** The same for a sensor, which reads its own keys. */
export async function knownSecretsForSensor(sensorId: number): Promise<NamedSecret[]> {
  const rows = await sql.query<EncryptedKey>(
    `select ref, ciphertext, encryption_key_hash as key_id from key
     where encrypted and ciphertext is not null and owner_type = 'sensor' and owner_id = $1
     order by id limit ${KEYS_MAX}`,
    [sensorId],
  );
  return rows.flatMap(secretsOf);
}

interface EncryptedKey {
  readonly ref: string;
  readonly ciphertext: Buffer;
  readonly key_id: string | null;
}

const secretsOf = ({ ref, ciphertext, key_id: keyId }: EncryptedKey): NamedSecret[] =>
  secretsFromValue(ref, decrypt(ciphertext, keyId, ref));

const plain = (row: KeyRow): JsonValue =>
  row.encrypted && row.ciphertext !== null
    ? decrypt(row.ciphertext, row.keyId, row.ref)
    : fromColumn(row.value);
