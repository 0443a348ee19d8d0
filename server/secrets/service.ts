import type { PageOf, Success } from '#lib/contracts/common.ts';
import type { Key, KeyCreate, KeyFilter, KeySummary, KeyUpdate } from '#lib/contracts/keys.ts';
import type { JsonValue } from '#lib/domain/json.ts';
import { AppError, notFound } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import { type Actor, authorize, can, forbidden } from '#server/auth/actor.ts';
import { fenceToken } from '#server/auth/process-token.ts';
import type { Key as KeyRow } from '#server/db/generated/client.ts';
import { type Db, inPrismaTransaction } from '#server/db/prisma.ts';
import type { Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { inTransactionWithNews } from '#server/packs/change.ts';
import { maskerFor } from '#server/executions/mask-payload.ts';
import { fromColumn, toNullableColumn } from '#server/packs/json.ts';
import { readPage } from '#server/packs/read-page.ts';
import { decrypt, encrypt } from './cipher.ts';
import { holderOf, rememberDisclosures } from './disclosures.ts';
import { openValue, withoutSecrets } from './mask-key.ts';
import { findOwner, nameKey, type Owner } from './owner.ts';
import { presentKey, presentKeySummary, targetOf, warningsFor } from './present.ts';
import * as keys from './repository.ts';

export async function listKeys(actor: Actor, query: KeyFilter): Promise<PageOf<KeySummary>> {
  if (actor.kind === 'identity') authorize(actor, 'keys:read');
  return readPage(query, {
    read: (window) => keys.listKeys(actor, query, window),
    count: () => keys.countKeys(actor, query),
    present: presentKeySummary,
  });
}

/**
 * A key with its value, if the actor may know it. Each time an encrypted value is told is written down first.
 *
 * @throws AppError `NOT_FOUND`, also for a key that is none of the actor's business
 */
export const getKey = (actor: Actor, ref: string): Promise<Key> =>
  inPrismaTransaction(async (db, tx) => {
    await fenceToken(tx, actor);
    const row = await getRow(db, actor, ref);
    if (!row.encrypted) return presentKey(row, fromColumn(row.value));
    if (!canDecrypt(actor, row)) return presentKey(row, null);
    await record(tx, actor, 'key.disclosed', row);
    const value = valueOf(row);
    await remember(tx, actor, row, value);
    return presentKey(row, value);
  });

/**
 * The same for a person who looks at it, and says why.
 *
 * @throws AppError `NOT_FOUND`, `FORBIDDEN`
 */
export const revealKey = (actor: Actor, ref: string, reason: string): Promise<Key> =>
  inPrismaTransaction(async (db, tx) => {
    const row = await getRow(db, actor, ref);
    authorize(actor, 'keys:decrypt', targetOf(actor, row));
    await record(tx, actor, 'key.disclosed', row, { reason });
    return presentKey(row, valueOf(row));
  });

export async function createKey(actor: Actor, asked: KeyCreate): Promise<Key> {
  const masker = await maskerFor(actor);
  const body = withoutSecrets(masker, asked);
  const value = body.encrypted ? body.value : openValue(masker, body.value);
  return inTransactionWithNews(
    `key '${body.ref ?? body.local_ref}' of this owner`,
    [],
    async (db, tx) => {
      await fenceToken(tx, actor);
      const owner = await findOwner(db, actor, body);
      const { ref, localRef } = nameKey(body, owner);
      authorizeCreation(actor, owner, ref, body.encrypted);
      const row = await db.key.create({
        data: {
          ref,
          localRef,
          name: body.name,
          ownerType: owner.type,
          owner: owner.ref,
          ownerId: owner.id,
          ...stored(ref, value, body.encrypted),
        },
      });
      await record(tx, actor, 'key.created', row);
      await remember(tx, actor, row, value);
      return presentKey(
        row,
        row.encrypted ? null : fromColumn(row.value),
        row.encrypted ? warningsFor(value) : [],
      );
    },
  );
}

/** Changes a value, a name, or whether it is encrypted. */
export async function updateKey(actor: Actor, ref: string, asked: KeyUpdate): Promise<Key> {
  const masker = await maskerFor(actor);
  const body = withoutSecrets(masker, asked);
  return inPrismaTransaction(async (db, tx) => {
    await fenceToken(tx, actor);
    const row = await getRow(db, actor, ref);
    const encrypted = body.encrypted ?? row.encrypted;
    authorizeWrite(actor, 'update', row);
    // Storing a secret in the open tells it to every reader.
    if (row.encrypted && !encrypted && !canDecrypt(actor, row)) throw forbidden('keys:decrypt');
    const given = body.value ?? null;
    const isNew = given !== null;
    const toStore = (value: JsonValue) =>
      stored(row.ref, encrypted ? value : openValue(masker, value), encrypted);
    const updated = await db.key.update({
      where: { id: row.id },
      data: {
        ...(body.name !== undefined && { name: body.name }),
        ...((isNew || encrypted !== row.encrypted) && toStore(isNew ? given : valueOf(row))),
      },
    });
    if (isNew) await remember(tx, actor, updated, given);
    await record(tx, actor, 'key.updated', row, {
      value_changed: isNew,
      ...(encrypted !== row.encrypted && { encrypted }),
    });
    return presentKey(
      updated,
      encrypted ? null : fromColumn(updated.value),
      encrypted && isNew ? warningsFor(given) : [],
    );
  });
}

export const deleteKey = (actor: Actor, ref: string): Promise<Success> =>
  inPrismaTransaction(async (db, tx) => {
    const row = await getRow(db, actor, ref);
    authorizeWrite(actor, 'delete', row);
    await db.key.delete({ where: { id: row.id } });
    await record(tx, actor, 'key.deleted', row);
    return { success: true, message: `The key '${ref}' is deleted.` };
  });

async function getRow(db: Db, actor: Actor, ref: string): Promise<KeyRow> {
  if (actor.kind === 'identity') authorize(actor, 'keys:read');
  const row = await keys.findKey(db, actor, ref);
  if (row === null) throw notFound('key', ref);
  return row;
}

function canDecrypt(actor: Actor, row: KeyRow): boolean {
  switch (actor.kind) {
    case 'sensor':
      return true; // it sees its own keys only
    case 'execution':
      return keys.isOwnedBy(actor, row) || can(actor, 'keys:decrypt', targetOf(actor, row));
    case 'identity':
    case 'system':
      return can(actor, 'keys:decrypt', targetOf(actor, row));
  }
}

function authorizeCreation(actor: Actor, owner: Owner, ref: string, encrypted: boolean): void {
  if (actor.kind === 'sensor') {
    if (owner.type !== 'sensor' || owner.id !== actor.sensorId)
      throw notFound(owner.type, owner.ref);
    return;
  }
  const target = targetOf(actor, {
    id: 0,
    ref,
    ownerType: owner.type,
    owner: owner.ref,
    ownerId: owner.id,
    encrypted,
  });
  authorize(actor, 'keys:create', target);
}

function authorizeWrite(actor: Actor, action: 'update' | 'delete', row: KeyRow): void {
  if (actor.kind === 'sensor') return; // `findKey` found it among its own
  authorize(actor, `keys:${action}`, targetOf(actor, row));
}

/** What a process says is masked by what it was told, and by what it stored itself. */
async function remember(tx: Tx, actor: Actor, row: KeyRow, value: JsonValue): Promise<void> {
  const holder = holderOf(actor);
  if (holder === null || !row.encrypted) return;
  await rememberDisclosures(tx, holder, [{ name: row.ref, changedAt: row.updatedAt, value }]);
}

/** @throws AppError when a stored secret cannot be read */
function valueOf(row: KeyRow): JsonValue {
  if (!row.encrypted) return fromColumn(row.value);
  if (row.ciphertext === null)
    throw new AppError(
      'INTERNAL_SERVER_ERROR',
      `The key '${row.ref}' has no value. Store it again.`,
    );
  return decrypt(row.ciphertext, row.keyId, row.ref);
}

/** Exactly one of the two columns holds the value. */
function stored(ref: string, value: JsonValue, encrypted: boolean) {
  if (!encrypted)
    return { encrypted, value: toNullableColumn(value), ciphertext: null, keyId: null };
  return { encrypted, value: toNullableColumn(null), ...encrypt(value, ref) };
}

async function record(
  tx: Tx,
  actor: Actor,
  eventType: string,
  { id, ref }: { id: number; ref: string },
  details?: Record<string, unknown>,
): Promise<void> {
  if (eventType !== 'key.disclosed') await announce(tx, 'keys');
  await recordAudit(tx, {
    category: 'secret',
    eventType,
    outcome: 'success',
    ...by(actor),
    resource: { type: 'key', id, ref },
    ...(details && { details }),
  });
}
