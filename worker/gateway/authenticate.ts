import type { IncomingMessage } from 'node:http';
import type { Operation } from '#lib/contracts/operation.ts';
import type { ExecutionActor, IdentityActor, SensorActor } from '#server/auth/actor.ts';
import { verifyIdentityToken } from '#server/auth/identity-token.ts';
import {
  isProcessToken,
  ProcessTokenRefused,
  verifyProcessToken,
} from '#server/auth/process-token.ts';
import { callerAddress } from '#server/http/address.ts';
import { countCall } from '#server/http/token-calls.ts';

export const PROTOCOL = 'attune.v1';
const TOKEN_PROTOCOL = 'attune.jwt.';
const TOKEN_CHARS_MAX = 8_000;
const FORBIDDEN_IN_QUERY = ['token', 'access_token', 'jwt', 'authorization', 'api_token'];

export interface Caller {
  readonly actor: IdentityActor | ExecutionActor | SensorActor;
  /** Asks anew whether the token still counts. */
  readonly verify: () => Promise<unknown>;
}

/** A reason that the caller may know; anything else is only refused. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const CONNECT = {
  id: 'connectGateway',
  method: 'GET',
  path: '/ws',
  tag: 'gateway',
  summary: 'Connect to the gateway',
  access: { tokens: ['identity', 'execution', 'sensor'], permission: null },
  status: 200,
} as const satisfies Operation;

/**
 * Who wants to connect: `Authorization: Bearer`, or for browsers, which cannot set it, the subprotocols `attune.v1`
 * and `attune.jwt.<token>`. A token in the address would end in logs, so it is refused.
 *
 * @throws Refused, AppError `UNAUTHORIZED` or ProcessTokenRefused
 */
export async function authenticateUpgrade(request: IncomingMessage): Promise<Caller> {
  const { searchParams } = new URL(request.url ?? '/', 'http://gateway');
  if (FORBIDDEN_IN_QUERY.some((name) => searchParams.has(name))) {
    throw new Refused("A token in the address is refused. Send it as 'Authorization: Bearer'.");
  }
  const token = bearerOf(request) ?? protocolTokenOf(request);
  if (token === null) throw new Refused('Missing authentication token');
  const address = callerAddress(request);
  if (!isProcessToken(token)) {
    return {
      actor: await verifyIdentityToken(token, address),
      verify: () => verifyIdentityToken(token, address),
    };
  }
  try {
    const actor = await verifyProcessToken(token, address);
    countCall(CONNECT, actor, 200, null);
    return { actor, verify: () => verifyProcessToken(token, address) };
  } catch (error) {
    if (error instanceof ProcessTokenRefused) countCall(CONNECT, error, 401, error.reason);
    throw error;
  }
}

function bearerOf(request: IncomingMessage): string | null {
  const header = request.headers.authorization;
  if (header === undefined) return null;
  const token = /^Bearer ([A-Za-z0-9._-]+)$/i.exec(header)?.[1];
  if (token === undefined || token.length > TOKEN_CHARS_MAX)
    throw new Refused('Invalid authentication token');
  return token;
}

function protocolTokenOf(request: IncomingMessage): string | null {
  const offered = (request.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map((name) => name.trim());
  const tokens = offered.filter((name) => name.startsWith(TOKEN_PROTOCOL));
  if (tokens.length === 0) return null;
  const [token = ''] = tokens.map((name) => name.slice(TOKEN_PROTOCOL.length));
  if (tokens.length > 1 || !offered.includes(PROTOCOL) || token.length > TOKEN_CHARS_MAX) {
    throw new Refused('Invalid authentication token');
  }
  return token;
}
