import { z } from 'zod';
import { Id, Timestamp } from './common.ts';

export const TokenCall = z
  .object({
    at: Timestamp,
    method: z.string(),
    route: z.string(),
    status: z.int(),
    reason: z.string().nullable(),
    after_end: z.boolean(),
    address: z.string().nullable(),
  })
  .meta({ id: 'TokenCall' });
export type TokenCall = z.infer<typeof TokenCall>;

/** What is known of a token. The token itself, or any part of it, is never stored or shown. */
export const TokenStatus = z
  .object({
    id: z.string().describe('The `jti`.'),
    kind: z.enum(['execution', 'sensor']),
    state: z.enum(['active', 'ended', 'expired']),
    attempt: z.int().nullable(),
    execution: Id.nullable(),
    sensor: Id.nullable(),
    key_id: z.string().describe('Which worker key signed it.'),
    issued_at: Timestamp,
    expires_at: Timestamp,
    ended_at: Timestamp.nullable(),
    end_reason: z.string().nullable(),
    ms_after_run: z
      .number()
      .nullable()
      .describe('From the end of the attempt to the end of the token; 0 by construction.'),
    scopes: z.array(z.object({ scope: z.string(), used: z.boolean() })),
    calls: z.int(),
    refused: z.int(),
    replayed: z.int().describe('Calls after the end.'),
    last_used_at: Timestamp.nullable(),
    recent_calls: z.array(TokenCall),
  })
  .meta({ id: 'TokenStatus' });
export type TokenStatus = z.infer<typeof TokenStatus>;

/** A line of the list of tokens of runs and sensors. */
export interface ProcessTokenLine extends Pick<
  TokenStatus,
  | 'id'
  | 'kind'
  | 'state'
  | 'attempt'
  | 'execution'
  | 'issued_at'
  | 'expires_at'
  | 'ended_at'
  | 'end_reason'
  | 'calls'
  | 'refused'
  | 'replayed'
  | 'last_used_at'
> {
  readonly action_ref: string | null;
  readonly sensor_ref: string | null;
  /** In whose name; null for a sensor, and for a run that nobody asked for. */
  readonly owner: string | null;
}
