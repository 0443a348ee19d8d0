import { randomUUID } from 'node:crypto';
import type { ExecutionActor, SensorActor } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';

/** Actors that show the token of a process: with a row that counts, as each of their writes asks. */

async function aToken(
  kind: 'execution' | 'sensor',
  packRef: string,
  ids: { execution?: number; sensor?: number },
): Promise<string> {
  const jti = randomUUID();
  await sql.query(
    `insert into signing_key (kid, public_jwk) values ('test', '{}') on conflict do nothing`,
  );
  await sql.query(
    `insert into token (jti, kind, kid, pack_ref, scopes, execution_id, sensor_id, expires_at)
     values ($1, $2, 'test', $3, '{}', $4, $5, now() + interval '1 hour')`,
    [jti, kind, packRef, ids.execution ?? null, ids.sensor ?? null],
  );
  return jti;
}

export const endToken = (jti: string): Promise<unknown> =>
  sql.query(`update token set ended_at = now(), end_reason = 'completed' where jti = $1`, [jti]);

export async function aRun(
  packRef: string,
  { actionRef = `${packRef}.act`, identityId = null as number | null } = {},
): Promise<ExecutionActor> {
  return {
    kind: 'execution',
    jti: await aToken('execution', packRef, { execution: 1 }),
    executionId: 1,
    attemptId: 1,
    identityId,
    actionRef,
    packRef,
    scopes: ['execution:read:self', 'execution:create:child', 'secrets:read:owned'],
    grants: [],
    address: null,
  };
}

export async function aRunningSensor(sensor: {
  id: number;
  ref: string;
  packRef: string;
  triggerRefs: string[];
}): Promise<SensorActor> {
  return {
    kind: 'sensor',
    jti: await aToken('sensor', sensor.packRef, { sensor: sensor.id }),
    sensorId: sensor.id,
    sensorRef: sensor.ref,
    packRef: sensor.packRef,
    triggerRefs: sensor.triggerRefs,
    address: null,
  };
}
