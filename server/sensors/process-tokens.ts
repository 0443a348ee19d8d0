import { randomUUID } from 'node:crypto';
import { SENSOR_SECONDS } from '#server/auth/claims.ts';
import type { SensorTokenFacts } from '#server/auth/process-token.ts';
import { endTokens } from '#server/auth/token-repository.ts';
import { inTransaction, sql, type Tx } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { forgetDisclosures } from '#server/secrets/disclosures.ts';
import type { SensorLease } from './process-repository.ts';

/** How long the token before the last one is still taken after a rotation. */
const ROTATION_GRACE_SECONDS = 60;

/** Whose token it is and who signs it. */
export interface TokenOwner {
  readonly sensorRef: string;
  readonly packRef: string;
  readonly triggerRefs: readonly string[];
  readonly kid: string;
}

/** Every token of a sensor, in the transaction in which its process ends or changes hands. */
export const endSensorTokens = (tx: Tx, sensorId: number, reason: string): Promise<unknown> =>
  endTokens(tx, 'sensor_id', [sensorId], reason);

/** Tokens whose sensor is no more: nothing else would end them. */
export async function endTokensOfDeleted(tx: Tx): Promise<void> {
  const ended = await tx.query<{ sensor_id: number }>(
    `update token t set ended_at = clock_timestamp(), end_reason = 'sensor_deleted'
     where t.kind = 'sensor' and t.ended_at is null and not exists (select 1 from sensor s where s.id = t.sensor_id)
     returning t.sensor_id`,
  );
  if (ended.length > 0)
    await announce(tx, ...ended.map(({ sensor_id: id }) => `sensor:${id}` as const));
}

/**
 * Begins a start: the sensor is `starting`, earlier tokens have ended, and the row of the new one is written.
 *
 * @returns null when the sensor is no longer ours
 */
export const beginProcess = (
  lease: SensorLease,
  owner: TokenOwner,
  isRestart: boolean,
): Promise<SensorTokenFacts | null> =>
  inTransaction(async (tx) => {
    const jti = randomUUID();
    const mine = await tx.query(
      `update sensor_process set status = 'starting', token_jti = $4, next_restart_at = null, updated = now(),
              restarts = restarts + $5::int
       where sensor_id = $1 and worker_id = $2 and generation = $3 returning 1`,
      [lease.sensorId, lease.workerId, lease.generation, jti, isRestart ? 1 : 0],
    );
    if (mine.length === 0) return null;
    await endSensorTokens(tx, lease.sensorId, 'restarted');
    await forgetDisclosures(tx, lease.sensorId);
    const token = await insertToken(tx, lease.sensorId, jti, owner);
    await announce(tx, 'sensors', `sensor:${lease.sensorId}`);
    return token;
  });

/**
 * A new token for a process that runs on; the old one is taken for another minute.
 *
 * @returns null when the sensor is no longer ours
 */
export const rotateToken = (
  lease: SensorLease,
  owner: TokenOwner,
): Promise<SensorTokenFacts | null> =>
  inTransaction(async (tx) => {
    const jti = randomUUID();
    const mine = await tx.query(
      `update sensor_process set token_jti = $4, updated = now()
       where sensor_id = $1 and worker_id = $2 and generation = $3 returning 1`,
      [lease.sensorId, lease.workerId, lease.generation, jti],
    );
    if (mine.length === 0) return null;
    await tx.query(
      `update token set expires_at = least(expires_at, clock_timestamp() + make_interval(secs => $2))
       where sensor_id = $1 and ended_at is null`,
      [lease.sensorId, ROTATION_GRACE_SECONDS],
    );
    return insertToken(tx, lease.sensorId, jti, owner);
  });

/** Writes down the end of tokens whose minute is over, and tells the gateway to let go of who still shows them. */
export async function endRotatedTokens(sensorIds: readonly number[]): Promise<void> {
  const ended = await sql.query<{ sensor_id: number }>(
    `update token t set ended_at = clock_timestamp(), end_reason = 'rotated'
     from sensor_process p
     where p.sensor_id = t.sensor_id and t.sensor_id = any ($1::int[]) and t.jti <> p.token_jti
       and t.ended_at is null and t.expires_at <= clock_timestamp()
     returning t.sensor_id`,
    [sensorIds],
  );
  if (ended.length > 0)
    await announce(sql, ...ended.map(({ sensor_id: id }) => `sensor:${id}` as const));
}

async function insertToken(
  tx: Tx,
  sensorId: number,
  jti: string,
  owner: TokenOwner,
): Promise<SensorTokenFacts> {
  const { sensorRef, packRef, triggerRefs, kid } = owner;
  const [row] = await tx.query<{ issued_at: Date; expires_at: Date }>(
    `insert into token (jti, kind, kid, sensor_id, pack_ref, scopes, trigger_refs, issued_at, expires_at)
     values ($1, 'sensor', $2, $3, $4, '{sensor}', $5, clock_timestamp(), clock_timestamp() + make_interval(secs => $6))
     returning issued_at, expires_at`,
    [jti, kid, sensorId, packRef, triggerRefs, SENSOR_SECONDS],
  );
  if (row === undefined) throw new Error('The token row was not written');
  return {
    jti,
    sensorId,
    sensorRef,
    packRef,
    triggerRefs,
    issuedAt: row.issued_at,
    expiresAt: row.expires_at,
  };
}
