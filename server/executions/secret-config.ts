import { isJsonObject, type JsonValue } from '#lib/domain/json.ts';
import type { SecretValue } from '#lib/domain/param-schema.ts';
import { decrypt, encrypt } from '#server/secrets/cipher.ts';

/** The name under which the secret parameters of an execution are encrypted. */
export const SECRET_CONFIG_PURPOSE = 'execution.secret_config';

export type SealedParameter = Pick<SecretValue, 'steps' | 'value'>;

/** Secret parameters as they are stored: base64, since they travel inside JSON. */
export function sealParameters(secrets: readonly SealedParameter[]): string {
  const sealed = secrets.map(({ steps, value }) => [[...steps], value]);
  const { ciphertext, keyId } = encrypt(sealed, SECRET_CONFIG_PURPOSE);
  return Buffer.from(
    JSON.stringify({ key_id: keyId, ciphertext: Buffer.from(ciphertext).toString('base64') }),
  ).toString('base64');
}

/** @param stored null: there are none */
export function openParameters(stored: Buffer | null): readonly SealedParameter[] {
  if (stored === null) return [];
  const { key_id: keyId, ciphertext } = JSON.parse(stored.toString('utf8')) as {
    key_id: string;
    ciphertext: string;
  };
  const value = decrypt(Buffer.from(ciphertext, 'base64'), keyId, SECRET_CONFIG_PURPOSE);
  // Executions that an older version asked for: secrets by the name of their parameter, at the top only.
  if (isJsonObject(value))
    return Object.entries(value).map(([name, secret]) => ({ steps: [name], value: secret }));
  return (value as [SecretValue['steps'], JsonValue][]).map(([steps, secret]) => ({
    steps,
    value: secret,
  }));
}
