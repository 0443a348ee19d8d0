import type { Tx } from '#server/db/sql.ts';

/** Every session, access token and refresh token of an identity ends, for good. Its API tokens stay. */
export async function endSessions(tx: Tx, identityId: number): Promise<void> {
  await tx.query(
    'update identity set session_epoch = session_epoch + 1, updated = now() where id = $1',
    [identityId],
  );
  await tx.query(
    'update refresh_token set revoked_at = now() where identity_id = $1 and revoked_at is null',
    [identityId],
  );
}

/** @param hash of the new password; made before the transaction, since it takes a while */
export async function writePassword(tx: Tx, identityId: number, hash: string): Promise<void> {
  await tx.query('update identity set password_hash = $2, updated = now() where id = $1', [
    identityId,
    hash,
  ]);
  await endSessions(tx, identityId);
}
