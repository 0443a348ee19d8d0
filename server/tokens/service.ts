import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { sql } from '#server/db/sql.ts';
import { presentToken } from './present.ts';
import * as tokens from './repository.ts';

/** The status of the token of an attempt (the last one's); null before one was made. Never the token. */
export async function getTokenStatus(
  actor: Actor,
  executionId: number,
  attempt?: number,
): Promise<TokenStatus | null> {
  authorize(actor, 'executions:read');
  return status(await tokens.findByExecution(sql, executionId, attempt ?? null));
}

/** The status of the token of a sensor's process, the last one's when none runs. */
export async function getSensorTokenStatus(
  actor: Actor,
  sensorId: number,
): Promise<TokenStatus | null> {
  authorize(actor, 'sensors:read');
  return status(await tokens.findBySensor(sql, sensorId));
}

const RUNS_LOOKED_AT = 20;

/** Which scopes the newest runs of an action used: what none of them did, its tokens need not have. */
export function getScopeUse(actor: Actor, actionRef: string): Promise<tokens.ScopeUse> {
  authorize(actor, 'executions:read');
  return tokens.findScopeUse(sql, actionRef, RUNS_LOOKED_AT);
}

const status = async (row: tokens.TokenStatusRow | null): Promise<TokenStatus | null> =>
  row && presentToken(row, await tokens.listCalls(sql, row.jti));
