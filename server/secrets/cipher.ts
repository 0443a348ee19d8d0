import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { JsonValue } from '#lib/domain/json.ts';
import { AppError } from '#lib/errors.ts';
import { findKey, writerKey } from './keyring.ts';

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * A value as AES-256-GCM: nonce, tag, ciphertext.
 *
 * @param place where it is kept, a key's ref for one: what was moved elsewhere cannot be read there
 */
export function encrypt(
  value: JsonValue,
  place = '',
): { ciphertext: Uint8Array<ArrayBuffer>; keyId: string } {
  const { id, bytes } = writerKey();
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv('aes-256-gcm', bytes, nonce).setAAD(Buffer.from(place));
  const secret = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
  return {
    ciphertext: new Uint8Array(Buffer.concat([nonce, cipher.getAuthTag(), secret])),
    keyId: id,
  };
}

/** @throws AppError when it was encrypted with another key, or is not what we once wrote there */
export function decrypt(ciphertext: Uint8Array, keyId: string | null, place = ''): JsonValue {
  const key = keyId === null ? writerKey() : findKey(keyId);
  if (key === null) {
    throw new AppError(
      'INTERNAL_SERVER_ERROR',
      `A secret was encrypted with another key ('${keyId}'). Start with the ATTUNE_ENCRYPTION_KEY that it was stored with.`,
    );
  }
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.bytes, ciphertext.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(ciphertext.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
    const text = Buffer.concat([
      decipher.update(ciphertext.subarray(NONCE_BYTES + TAG_BYTES)),
      decipher.final(),
    ]);
    return JSON.parse(text.toString('utf8')) as JsonValue;
  } catch (cause) {
    throw new AppError(
      'INTERNAL_SERVER_ERROR',
      'A stored secret is damaged or was moved. Store it again.',
      { cause },
    );
  }
}
