import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose';
import type { Sql } from '#server/db/sql.ts';

/** The key pair of one worker process. The private half exists in its memory and nowhere else. */
export interface SigningKey {
  readonly id: string;
  readonly privateKey: CryptoKey;
}

/** Makes a key pair and publishes the public half. */
export async function publishSigningKey(on: Sql, workerId: number): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const id = `worker-${workerId}-${crypto.randomUUID().slice(0, 8)}`;
  await on.query('insert into signing_key (kid, worker_id, public_jwk) values ($1, $2, $3)', [
    id,
    workerId,
    JSON.stringify(await exportJWK(publicKey)),
  ]);
  return { id, privateKey };
}

/** Nothing that this key signed is accepted any more. */
export const retireSigningKey = (on: Sql, kid: string): Promise<unknown[]> =>
  on.query('update signing_key set retired_at = now() where kid = $1 and retired_at is null', [
    kid,
  ]);

const publicKeys = new Map<string, CryptoKey>();

/** The public half, by id; null for one that we never published. Whether it is retired, the token's row query asks. */
export async function findPublicKey(on: Sql, kid: string): Promise<CryptoKey | null> {
  const known = publicKeys.get(kid);
  if (known !== undefined) return known;
  const [row] = await on.query<{ public_jwk: JWK }>(
    'select public_jwk from signing_key where kid = $1',
    [kid],
  );
  if (row === undefined) return null;
  const key = await importJWK(row.public_jwk, 'EdDSA');
  if (key instanceof Uint8Array) return null;
  publicKeys.set(kid, key);
  return key;
}
