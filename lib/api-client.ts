import type { Operation, OperationCall, OperationResult } from '#lib/contracts/operation.ts';
import { AppError, ERROR_STATUS, type ErrorCode } from '#lib/errors.ts';

interface ClientOptions {
  /** Empty in a page of ours: same origin, by the session. */
  readonly baseUrl?: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

/**
 * Calls an operation of the contract.
 *
 * @throws AppError as the server said it, or `RETRYABLE_DATABASE_ERROR` when it cannot be reached
 */
export async function call<const O extends Operation>(
  operation: O,
  input: OperationCall<O> = {},
  { baseUrl = '', token, signal }: ClientOptions = {},
): Promise<OperationResult<O>> {
  const path = operation.path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((input.params as Record<string, string | number> | undefined)?.[name] ?? ''),
  );
  const response = await send(`${baseUrl}${path}${queryString(input.query)}`, {
    method: operation.method,
    headers: {
      accept: 'application/json',
      ...(input.body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw await toAppError(response);
  if (operation.result === undefined) return response as OperationResult<O>;
  return (response.status === 204 ? undefined : await response.json()) as OperationResult<O>;
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw new AppError(
      'RETRYABLE_DATABASE_ERROR',
      'The server cannot be reached. Look whether it runs, then try again.',
      { cause },
    );
  }
}

function queryString(query: unknown): string {
  const given = Object.entries((query ?? {}) as Record<string, unknown>).filter(
    ([, value]) => value !== undefined,
  );
  const parameters = new URLSearchParams(
    given.map(([name, value]): [string, string] => [
      name,
      Array.isArray(value) ? value.join(',') : String(value),
    ]),
  );
  return given.length === 0 ? '' : `?${parameters}`;
}

async function toAppError(response: Response): Promise<AppError> {
  const body = (await response.json().catch(() => ({}))) as {
    error?: string;
    code?: string;
    details?: unknown;
  };
  const code =
    body.code !== undefined && body.code in ERROR_STATUS
      ? (body.code as ErrorCode)
      : 'INTERNAL_SERVER_ERROR';
  return new AppError(code, body.error ?? `The server answered ${response.status}.`, {
    details: body.details,
  });
}
