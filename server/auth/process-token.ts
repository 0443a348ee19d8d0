import { compactVerify, decodeProtectedHeader, SignJWT } from 'jose';
import { z } from 'zod';
import { sql, type Tx } from '#server/db/sql.ts';
import type { ExecutionActor, SensorActor } from './actor.ts';
import { AUDIENCE, issuer, refused } from './claims.ts';
import { findPublicKey, type SigningKey } from './signing-key.ts';
import { rememberTokenText } from './token-text.ts';
import * as tokens from './token-repository.ts';

/** What every running action may do through the API (contract §3); its permission sets may add to it. */
export const EXECUTION_SCOPES = [
  'execution:read:self',
  'execution:create:child',
  'secrets:read:owned',
] as const;

const TYPE = { execution: 'attune-exec+jwt', sensor: 'attune-sensor+jwt' } as const;
const KID = /^[\w-]{1,100}$/;

const Claims = z.object({
  iss: z.string(),
  aud: z.literal(AUDIENCE),
  jti: z.uuid(),
  sub: z.string().regex(/^\d{1,16}$/),
  token_type: z.enum(['execution', 'sensor']),
  iat: z.int(),
  nbf: z.int(),
  exp: z.int(),
});

/** What the token of an attempt says; all of it stands in its row as well. */
export interface ExecutionTokenFacts {
  readonly jti: string;
  readonly executionId: number;
  readonly attempt: number;
  readonly identityId: number | null;
  readonly actionRef: string;
  readonly packRef: string;
  readonly scopes: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Signs the token of an attempt whose row has been written in the claim. Made in the worker that runs it, kept in memory. */
export const signExecutionToken = (facts: ExecutionTokenFacts, key: SigningKey): Promise<string> =>
  sign('execution', facts.executionId, facts, key, {
    identity_id: facts.identityId,
    login: `execution:${facts.executionId}`,
    scope: facts.scopes,
    metadata: {
      execution_id: facts.executionId,
      action_ref: facts.actionRef,
      attempt: facts.attempt,
      pack_ref: facts.packRef,
    },
  });

export interface SensorTokenFacts {
  readonly jti: string;
  readonly sensorId: number;
  readonly sensorRef: string;
  readonly packRef: string;
  readonly triggerRefs: readonly string[];
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

/** Signs the token of a sensor process whose row has been written. */
export const signSensorToken = (facts: SensorTokenFacts, key: SigningKey): Promise<string> =>
  sign('sensor', facts.sensorId, facts, key, {
    login: facts.sensorRef,
    scope: 'sensor',
    metadata: {
      sensor_ref: facts.sensorRef,
      pack_ref: facts.packRef,
      trigger_types: facts.triggerRefs,
    },
  });

interface Lifetime {
  readonly jti: string;
  readonly issuedAt: Date;
  readonly expiresAt: Date;
}

const sign = (
  kind: keyof typeof TYPE,
  subject: number,
  { jti, issuedAt, expiresAt }: Lifetime,
  key: SigningKey,
  claims: Record<string, unknown>,
): Promise<string> =>
  new SignJWT({ ...claims, token_type: kind })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE[kind], kid: key.id })
    .setIssuer(issuer())
    .setAudience(AUDIENCE)
    .setSubject(String(subject))
    .setJti(jti)
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt)
    .setExpirationTime(expiresAt)
    .sign(key.privateKey);

/** Whether a bearer token claims to be one of a process; says nothing about whether it is good. */
export function isProcessToken(value: string): boolean {
  try {
    const { typ } = decodeProtectedHeader(value);
    return typ === TYPE.execution || typ === TYPE.sensor;
  } catch {
    return false;
  }
}

/**
 * Who shows the token of a run or of a sensor. The signature says that we made it; whether it counts is decided by
 * its row, its attempt, its key and its identity as they are now, by the database's clock. Nothing is cached, so
 * nothing is accepted after the end.
 *
 * @throws AppError `UNAUTHORIZED`, with the reason when the signature was good
 */
export async function verifyProcessToken(
  value: string,
  address: string | null,
): Promise<ExecutionActor | SensorActor> {
  const { jti, kid, kind, notBefore, expires } = await readToken(value);
  const row = await tokens.findToken(sql, jti);
  // A key of one worker must not speak for what another one runs, nor a retired one for what is signed by a new one.
  if (row !== null && (row.kid !== kid || row.kind !== kind))
    throw refused('bad_signature', { signed: false });
  let reason = row === null ? 'revoked' : tokens.refusalOf(row);
  // The row is what counts; a token that asks for less gets less.
  if (
    row !== null &&
    reason === null &&
    (expires <= row.now_seconds || notBefore > row.now_seconds)
  )
    reason = 'expired';
  if (row === null || reason !== null) throw new ProcessTokenRefused(jti, reason ?? 'revoked');
  const actor = tokens.toActor(row, address);
  rememberTokenText(actor, value);
  return actor;
}

/** A refusal whose token we know: it is counted against its row. */
export class ProcessTokenRefused extends Error {
  override readonly name = 'ProcessTokenRefused';
  readonly jti: string;
  readonly reason: Exclude<tokens.TokenRefusal, null>;

  constructor(jti: string, reason: Exclude<tokens.TokenRefusal, null>) {
    super('Invalid authentication token');
    this.jti = jti;
    this.reason = reason;
  }
}

/** What a token of ours says of itself, once its signature was good. */
interface SignedToken {
  readonly jti: string;
  readonly kid: string;
  readonly kind: 'execution' | 'sensor';
  /** Seconds since 1970. */
  readonly notBefore: number;
  readonly expires: number;
}

async function readToken(value: string): Promise<SignedToken> {
  const { kid, typ } = headerOf(value);
  const key = await findPublicKey(sql, kid);
  if (key === null) throw refused('unknown_key', { signed: false });
  try {
    // compactVerify and not jwtVerify: the times in the token are judged by the database, not by our clock.
    const { payload } = await compactVerify(value, key, { algorithms: ['EdDSA'] });
    const claims = Claims.parse(JSON.parse(new TextDecoder().decode(payload)));
    if (claims.iss !== issuer() || TYPE[claims.token_type] !== typ)
      throw new Error('meant for somebody else');
    const { jti, token_type: kind, nbf: notBefore, exp: expires } = claims;
    return { jti, kid, kind, notBefore, expires };
  } catch {
    throw refused('bad_signature', { signed: false });
  }
}

function headerOf(value: string): { kid: string; typ: string } {
  try {
    const { alg, kid, typ } = decodeProtectedHeader(value);
    if (alg !== 'EdDSA' || typeof kid !== 'string' || !KID.test(kid) || typ === undefined)
      throw new Error('not ours');
    return { kid, typ };
  } catch {
    throw refused('malformed', { signed: false });
  }
}

/**
 * The first statement of every write made with the token of a process (contract §3): it waits for the end of the
 * attempt or makes the end wait, so no write commits after it. Actors without such a token pass.
 *
 * @param calls how many of the token's share this transaction
 * @throws ProcessTokenRefused when the token has ended
 */
export async function fenceToken(
  tx: Tx,
  actor: { kind: string; jti?: string },
  calls = 1,
): Promise<void> {
  if (actor.jti === undefined) return;
  if (!(await tokens.useToken(tx, actor.jti, calls))) {
    const row = await tokens.findToken(tx, actor.jti);
    throw new ProcessTokenRefused(actor.jti, (row && tokens.refusalOf(row)) ?? 'revoked');
  }
}
