import { signExecutionToken, signSensorToken } from '#server/auth/process-token.ts';
import { publishSigningKey, type SigningKey } from '#server/auth/signing-key.ts';
import { sql } from '#server/db/sql.ts';
import { claimAttempts, type ClaimedAttempt } from '#server/executions/claim.ts';
import { createExecution } from '#server/executions/service.ts';
import { type SensorLease, takeSensor } from '#server/sensors/process-repository.ts';
import { beginProcess } from '#server/sensors/process-tokens.ts';
import { jobFor } from '#test/attempts.ts';
import { anAction, aWorker } from '#test/catalogue.ts';
import { anIdentity, aPermissionSet, asActor, grant } from '#test/identities.ts';
import { aRuleOf, aSensor, type SensorFixture } from '#test/sensors.ts';

/** Tokens of processes as they are really issued, and signed with the key of a worker that has a row. */

const EVERY_KEY = grant('keys', ['read', 'create', 'update']);

interface Worker {
  readonly id: number;
  readonly key: SigningKey;
}

async function aSigningWorker(): Promise<Worker> {
  const id = await aWorker();
  return { id, key: await publishSigningKey(sql, id) };
}

let worker: Promise<Worker> | undefined;
const theWorker = (): Promise<Worker> => (worker ??= aSigningWorker());

export interface RunningAttempt {
  readonly token: string;
  readonly jti: string;
  readonly owner: number;
  readonly attempt: ClaimedAttempt;
}

/** An attempt that runs, of an action whose permission sets let it write keys. */
export async function aRunningAttempt(body: object = {}): Promise<RunningAttempt> {
  const { id: workerId, key } = await theWorker();
  const set = await aPermissionSet([EVERY_KEY], `made.${crypto.randomUUID()}`);
  const owner = await anIdentity({
    login: crypto.randomUUID(),
    grants: [grant('actions', ['execute'])],
  });
  const action_ref = await anAction();
  await sql.query(
    'update action set default_execution_permission_set_refs = array[$2] where ref = $1',
    [action_ref, set.ref],
  );
  const { id } = await createExecution(await asActor(owner), {
    action_ref,
    parameters: {},
    env_vars: {},
    ...body,
  });
  const [attempt] = await claimAttempts({ workerId, keyId: key.id }, [jobFor(id)]);
  if (attempt === undefined) throw new Error(`execution ${id} was not to be had`);
  const token = await signExecutionToken(
    {
      jti: attempt.token.jti,
      executionId: attempt.execution_id,
      attempt: attempt.number,
      identityId: attempt.identity_id,
      actionRef: attempt.action_ref,
      packRef: attempt.pack_ref,
      scopes: attempt.token.scopes,
      issuedAt: new Date(attempt.token.issued_at),
      expiresAt: new Date(attempt.token.expires_at),
    },
    key,
  );
  return { token, jti: attempt.token.jti, owner, attempt };
}

export interface RunningSensor {
  readonly token: string;
  readonly jti: string;
  readonly lease: SensorLease;
  readonly sensor: SensorFixture;
}

/** A sensor in the hands of a worker, as if its process had just started. */
export async function aRunningSensor(): Promise<RunningSensor> {
  const { id: workerId, key } = await theWorker();
  const sensor = await aSensor();
  await aRuleOf(sensor.trigger);
  const lease = await takeSensor(sensor.id, workerId, 60);
  if (lease === null) throw new Error(`the sensor ${sensor.ref} was not to be had`);
  const owner = {
    sensorRef: sensor.ref,
    packRef: sensor.packRef,
    triggerRefs: [sensor.trigger],
    kid: key.id,
  };
  const facts = await beginProcess(lease, owner, false);
  if (facts === null) throw new Error(`the sensor ${sensor.ref} was taken away`);
  return { token: await signSensorToken(facts, key), jti: facts.jti, lease, sensor };
}

/** When and why a token ended, and when its attempt and execution did. */
interface End {
  readonly ended_at: Date | null;
  readonly end_reason: string | null;
  readonly attempt_ended_at: Date | null;
  readonly attempt_status: string | null;
  readonly execution_status: string | null;
  /** Written by one and the same transaction. */
  readonly is_together: boolean | null;
}

export async function endOf(jti: string): Promise<End> {
  const [row] = await sql.query<End>(
    `select t.ended_at, t.end_reason, a.ended_at as attempt_ended_at, a.status as attempt_status,
            e.status as execution_status, t.xmin = a.xmin and t.ended_at = a.ended_at as is_together
     from token t left join attempt a on a.id = t.attempt_id left join execution e on e.id = t.execution_id
     where t.jti = $1`,
    [jti],
  );
  if (row === undefined) throw new Error(`There is no token ${jti}`);
  return row;
}
