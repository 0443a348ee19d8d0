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

const status = async (row: tokens.TokenStatusRow | null): Promise<TokenStatus | null> =>
  row && presentToken(row, await tokens.listCalls(sql, row.jti));
