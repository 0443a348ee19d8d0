import type { Endpoint } from '#lib/endpoints.ts';
import { AppError, ERROR_STATUS, type ErrorCode } from '#lib/errors.ts';

interface ClientOptions {
  /** Empty in a page of ours: same origin, by the session. */
  readonly baseUrl?: string;
  readonly token?: string;
  readonly signal?: AbortSignal;
}

interface Given {
  readonly params?: unknown;
  readonly query?: unknown;
  readonly body?: unknown;
}
type Nothing = { readonly [Name in keyof Given]?: never };

/**
 * Calls an operation of the contract.
 *
 * @throws AppError as the server said it, or `RETRYABLE_DATABASE_ERROR` when it cannot be reached
 */
export async function call<Input extends Given, Result>(
  { method, path: template }: Endpoint<Input, Result>,
  input: NoInfer<Input | Nothing> = {},
  { baseUrl = '', token, signal }: ClientOptions = {},
): Promise<Result> {
  const path = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent((input.params as Record<string, string | number> | undefined)?.[name] ?? ''),
  );
  const response = await send(`${baseUrl}${path}${queryString(input.query)}`, {
    method,
    headers: {
      accept: 'application/json',
      ...(input.body !== undefined && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
    ...(signal && { signal }),
  });
  if (!response.ok) throw await toAppError(response);
  return (response.status === 204 ? undefined : await response.json()) as Result;
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
