import { inTransaction, sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { endSensorTokens, endTokensOfDeleted } from './process-tokens.ts';

/** What a worker that died left behind of sensors that nobody needs any more: their state, and their tokens. */
export const stopUnwanted = (wantedIds: readonly number[]): Promise<void> =>
  inTransaction(async (tx) => {
    const rows = await tx.query<{ sensor_id: number }>(
      `update sensor_process
       set status = 'stopped', worker_id = null, lease_expires_at = null, token_jti = null, next_restart_at = null,
           active_rule_count = 0, stopped_at = clock_timestamp(), updated = now()
       where status <> 'stopped' and sensor_id <> all ($1::int[])
         and (lease_expires_at is null or lease_expires_at <= clock_timestamp())
       returning sensor_id`,
      [wantedIds],
    );
    await endTokensOfDeleted(tx);
    for (const { sensor_id: id } of rows) await endSensorTokens(tx, id, 'sensor_stopped');
    if (rows.length > 0)
      await announce(tx, 'sensors', ...rows.map(({ sensor_id: id }) => `sensor:${id}` as const));
  });

/** Lets anybody take the sensors of workers whose processes are known to be gone, before their leases run out. */
export async function releaseSensorsOf(workerIds: readonly number[]): Promise<void> {
  if (workerIds.length === 0) return;
  await sql.query(
    `update sensor_process set lease_expires_at = clock_timestamp()
     where worker_id = any ($1::int[]) and lease_expires_at > clock_timestamp()`,
    [workerIds],
  );
  await announce(sql, 'sensors');
}

/** Says why this worker cannot run a sensor that nobody runs. Another worker may still take it. */
export const recordUnable = (sensorId: number, error: string): Promise<void> =>
  inTransaction(async (tx) => {
    await tx.query('insert into sensor_process (sensor_id) values ($1) on conflict do nothing', [
      sensorId,
    ]);
    const rows = await tx.query(
      `update sensor_process set status = 'failed', last_error = $2, updated = now()
       where sensor_id = $1 and (lease_expires_at is null or lease_expires_at <= clock_timestamp())
         and (status <> 'failed' or last_error is distinct from $2)
       returning 1`,
      [sensorId, error],
    );
    if (rows.length === 1) await announce(tx, 'sensors', `sensor:${sensorId}`);
  });
