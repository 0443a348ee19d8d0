import type { Key, KeySummary, OwnerType } from '#lib/contracts/keys.ts';
import { packRefOf } from '#lib/domain/refs.ts';
import type { JsonValue } from '#lib/domain/json.ts';
import { ENCODED_CHARS_MIN, RAW_CHARS_MIN } from '#lib/domain/masking/index.ts';
import { leafTexts } from '#lib/domain/masking/structured.ts';
import type { PermissionTarget } from '#lib/domain/permissions.ts';
import type { Actor } from '#server/auth/actor.ts';
import type { Key as KeyRow } from '#server/db/generated/client.ts';
import { timestamp } from '#server/http/paging.ts';

export type KeyFacts = Omit<KeyRow, 'value' | 'ciphertext' | 'keyId'>;

export const presentKeySummary = (row: KeyFacts): KeySummary => ({
  id: row.id,
  ref: row.ref,
  local_ref: row.localRef,
  name: row.name,
  owner_type: row.ownerType as OwnerType,
  owner: row.owner === '' ? null : row.owner,
  encrypted: row.encrypted,
  created: timestamp(row.createdAt),
  updated: timestamp(row.updatedAt),
});

/** @param value null when it may not be told */
export function presentKey(row: KeyFacts, value: JsonValue, warnings: Key['warnings'] = []): Key {
  const ownerOf = (type: OwnerType) =>
    row.ownerType === type ? { id: row.ownerId, ref: row.owner } : { id: null, ref: null };
  return {
    ...presentKeySummary(row),
    value,
    owner_identity: ownerOf('identity').id,
    owner_pack: ownerOf('pack').id,
    owner_pack_ref: ownerOf('pack').ref,
    owner_action: ownerOf('action').id,
    owner_action_ref: ownerOf('action').ref,
    owner_sensor: ownerOf('sensor').id,
    owner_sensor_ref: ownerOf('sensor').ref,
    warnings,
  };
}

/** What grants can say of a key. */
export const targetOf = (
  actor: Actor,
  row: Pick<KeyRow, 'id' | 'ref' | 'ownerType' | 'owner' | 'ownerId' | 'encrypted'>,
): PermissionTarget => ({
  id: row.id,
  ref: row.ref,
  owner_type: row.ownerType,
  owner_ref: row.owner,
  pack_ref: ['pack', 'action', 'sensor'].includes(row.ownerType) ? packRefOf(row.owner) : null,
  encrypted: row.encrypted,
  isSelf:
    actor.kind === 'identity' && row.ownerType === 'identity' && row.ownerId === actor.identityId,
});

/** What people should know of a value before they rely on it. */
export function warningsFor(value: JsonValue): Key['warnings'] {
  const shortest = Math.min(...leafTexts(value).map((text) => text.length));
  if (shortest >= ENCODED_CHARS_MIN) return [];
  const consequence =
    shortest < RAW_CHARS_MIN
      ? 'it is not masked in output at all'
      : 'it is masked in output as it stands, but not when it is encoded';
  return [
    {
      code: 'short_value',
      message: `The value, or a part of it, has ${shortest} characters: ${consequence}. Use at least ${ENCODED_CHARS_MIN}.`,
    },
  ];
}
