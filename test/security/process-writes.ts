import { operations } from '#lib/contracts/index.ts';
import type { Operation, TokenKind } from '#lib/contracts/operation.ts';
import { sql } from '#server/db/sql.ts';
import { anAction, aTrigger } from '#test/catalogue.ts';
import type { RunningAttempt, RunningSensor } from './process-tokens.ts';
import { callRoute, operationCalled } from './routes.ts';

/** A read that writes: who was told a secret is written down before. */
const READS_THAT_WRITE = new Set(['getKey']);

export type ProcessKind = Exclude<TokenKind, 'identity'>;

const takes = ({ access }: Operation, kind: TokenKind): boolean =>
  access !== 'anyone' && access.tokens.includes(kind);

/** Every operation by which the token of a process writes, as the contract declares them. */
export const writesOf = (kind: ProcessKind): string[] =>
  operations
    .filter((one) => takes(one, kind) && (one.method !== 'GET' || READS_THAT_WRITE.has(one.id)))
    .map(({ id }) => id);

/** What a process needs so that each of its writes has something to be about. */
export interface Scenery {
  readonly token: string;
  readonly trigger: string;
  readonly action: string;
  readonly keyOwner: Readonly<Record<string, string>>;
  /** An encrypted key that it may read and change. */
  readonly key: string;
}

export async function sceneryOf(process: RunningAttempt | RunningSensor): Promise<Scenery> {
  const keyOwner: Record<string, string> =
    'sensor' in process
      ? { owner_type: 'sensor', owner_sensor_ref: process.sensor.ref }
      : { owner_type: 'pack', owner_pack_ref: process.attempt.pack_ref };
  const scenery = {
    token: process.token,
    trigger: 'sensor' in process ? process.sensor.trigger : await aTrigger(),
    action: await actionOf(process),
    keyOwner,
    key: '',
  };
  const answer = await write('createKey', scenery, 'scenery-0001');
  const { data } = (await answer.json()) as { data: { ref: string } };
  return { ...scenery, key: data.ref };
}

/** One that the owner of a run may run. */
async function actionOf(process: RunningAttempt | RunningSensor): Promise<string> {
  if ('sensor' in process) return anAction();
  return process.attempt.action_ref;
}

const BODIES: Readonly<Record<string, (scenery: Scenery) => object>> = {
  createEvent: ({ trigger }) => ({ trigger_ref: trigger, payload: {} }),
  createExecution: ({ action }) => ({ action_ref: action, parameters: {} }),
  executeAction: ({ action }) => ({ action_ref: action, parameters: {} }),
  createKey: ({ keyOwner }) => ({
    ...keyOwner,
    local_ref: `k${crypto.randomUUID()}`,
    name: 'K',
    value: 'a-long-secret',
    encrypted: true,
  }),
  updateKey: () => ({ name: 'Another name' }),
  getKey: () => ({}),
};

/** The operations that `write` knows how to call; a test compares them with the contract. */
export const KNOWN_WRITES = Object.keys(BODIES);

/** One valid write. */
export function write(id: string, scenery: Scenery, requestId: string): Promise<Response> {
  const headers = {
    authorization: `Bearer ${scenery.token}`,
    'content-type': 'application/json',
    'x-request-id': requestId,
  };
  return callRoute(operationCalled(id), headers, {
    params: { ref: scenery.key },
    body: JSON.stringify(BODIES[id]?.(scenery)),
  });
}

/** What the audit holds of a request that wrote something: each write leaves a row in its own transaction. */
export const writesBy = (requestId: string): Promise<unknown[]> =>
  sql.query(
    `select event_type from audit_event where event_type <> 'token.used'
     and (request_id = $1 or details -> 'requests' ? $1)`,
    [requestId],
  );
