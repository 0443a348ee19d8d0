import { isDeepStrictEqual } from 'node:util';
import type { z } from 'zod';
import type { Operation, OperationInput, OperationResult } from '#lib/contracts/operation.ts';
import { findUnstorable } from '#lib/domain/json-safety.ts';
import { AppError, type ErrorDetail, unprocessable } from '#lib/errors.ts';
import { noteRefusal } from '#server/audit/refusals.ts';
import type { Actor } from '#server/auth/actor.ts';
import { ProcessTokenRefused } from '#server/auth/process-token.ts';
import { asOutage } from '#server/db/outage.ts';
import { log, withLogContext } from '#server/log.ts';
import { clientAddress } from './address.ts';
import { admit, authenticate } from './authenticate.ts';
import { readJson } from './body.ts';
import { errorAnswer } from './error-answer.ts';
import { makeRoom, takeTurn } from './overload.ts';
import { countCall } from './token-calls.ts';
import { requestIdOf, withRequestId } from './request-context.ts';
import { secureData } from './security-headers.ts';

type RouteInput<O extends Operation> = OperationInput<O> & {
  readonly actor: Actor;
  readonly request: Request;
  /** For answers that take long: whether whoever asked would be let in again, with the same rights. */
  readonly isStillAdmitted: () => Promise<boolean>;
};

interface RouteContext {
  readonly params: Promise<Record<string, string | string[]>>;
}

/**
 * Turns an operation and a function into a Next.js route handler. This is the only place that authenticates, parses
 * input, picks a status and maps errors, so a `route.ts` holds none of that.
 */
export function route<const O extends Operation>(
  operation: O,
  handle: (input: RouteInput<O>) => Promise<OperationResult<O> | Response>,
) {
  return (request: Request, context: RouteContext): Promise<Response> => {
    const id = requestIdOf(request);
    const served = { method: operation.method, route: operation.path };
    const answer = () =>
      withLogContext({ requestId: id, operation: operation.id }, async () => {
        const response = await serve(operation, handle, request, context, id);
        response.headers.set('x-request-id', id);
        // Answers are about now and for this caller.
        if (!response.headers.has('cache-control'))
          response.headers.set('cache-control', 'no-store');
        return secureData(request, response);
      });
    return withRequestId(id, answer, served);
  };
}

async function serve<O extends Operation>(
  operation: O,
  handle: (input: RouteInput<O>) => Promise<OperationResult<O> | Response>,
  request: Request,
  context: RouteContext,
  id: string,
): Promise<Response> {
  let actor: Actor | null = null;
  try {
    using _ = makeRoom(request);
    actor = await authenticate(request, operation);
    admit(actor, operation);
    using __ = await takeTurn(request, operation);
    const input = await parseInput(operation, request, await context.params);
    const caller = actor;
    const isStillAdmitted = () => wouldAdmitAgain(caller, operation, request);
    const response = respond(
      operation,
      await handle({ ...input, actor, request, isStillAdmitted }),
    );
    countCall(operation, actor, response.status, null);
    return response;
  } catch (error) {
    const known = toAppError(error);
    if (error instanceof ProcessTokenRefused)
      countCall(operation, error, known.status, error.reason);
    else {
      if (actor !== null) countCall(operation, actor, known.status, known.code);
      noteIfRefused(operation, actor, request, known);
    }
    return errorResponse(known, id);
  }
}

/** @returns true as well while nobody can tell: a database that is away takes no rights from anybody */
async function wouldAdmitAgain(
  before: Actor,
  operation: Operation,
  request: Request,
): Promise<boolean> {
  try {
    const now = await authenticate(request, operation);
    admit(now, operation);
    return isDeepStrictEqual(now, before);
  } catch (error) {
    return !(error instanceof ProcessTokenRefused) && toAppError(error).status >= 500;
  }
}

/** For the audit. The calls of processes are counted with their tokens. */
function noteIfRefused(
  { method, path }: Operation,
  actor: Actor | null,
  request: Request,
  { status, code }: AppError,
): void {
  if (status !== 401 && status !== 403) return;
  if (actor !== null && 'jti' in actor) return;
  const address = clientAddress(request.headers);
  noteRefusal({ actor, address, method, route: path, status, reason: code });
}

async function parseInput<O extends Operation>(
  operation: O,
  request: Request,
  params: Record<string, string | string[]>,
): Promise<OperationInput<O>> {
  const query = Object.fromEntries(new URL(request.url).searchParams);
  // All problems of a request at once, not the first part's only.
  const problems: ErrorDetail[] = [];
  const input = {
    params: parsePart('params', operation.params, params, problems),
    query: parsePart('query', operation.query, query, problems),
    body: operation.body && parsePart('body', operation.body, await readJson(request), problems),
  };
  const unstorable = findUnstorable({ params, query });
  if (unstorable !== null) problems.push({ path: unstorable.path, message: unstorable.reason });
  if (problems.length > 0) throw unprocessable(sentenceFor(problems), problems);
  return input as OperationInput<O>;
}

function parsePart(
  part: string,
  schema: z.ZodType | undefined,
  value: unknown,
  problems: ErrorDetail[],
): unknown {
  const result = schema?.safeParse(value);
  if (result === undefined || result.success) return result?.data;
  for (const issue of result.error.issues) {
    problems.push({ path: [part, ...issue.path].join('.'), message: issue.message });
  }
  return undefined;
}

const sentenceFor = (problems: readonly ErrorDetail[]): string =>
  `The request does not fit: ${problems
    .slice(0, 3)
    .map(({ path, message }) => `${path}: ${message}`)
    .join('; ')}.`;

function respond(operation: Operation, result: unknown): Response {
  if (result instanceof Response) return result;
  if (operation.status === 204) return new Response(null, { status: 204 });
  return Response.json(result, { status: operation.status });
}

function toAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ProcessTokenRefused) {
    return new AppError('UNAUTHORIZED', error.message, { details: { reason: error.reason } });
  }
  const known = asOutage(error);
  if (known !== null) return known;
  return new AppError(
    'INTERNAL_SERVER_ERROR',
    'The server has a defect: see its log for this request id.',
    { cause: error },
  );
}

function errorResponse(error: AppError, id: string): Response {
  if (error.status >= 500) log.error({ err: error.cause ?? error }, 'request failed');
  return errorAnswer(error, id);
}
