import { type AppError, type ErrorCode, helpOf } from '#lib/errors.ts';

/** The part of an error that is the caller's to read. */
type Told = Pick<AppError, 'code' | 'message' | 'status'> &
  Partial<Pick<AppError, 'details' | 'retryAfterSeconds'>>;

/** Every refusal looks like this, whoever gives it: the body of the contract, and a link to the page that explains it. */
export function errorAnswer(
  { code, message, status, details, retryAfterSeconds }: Told,
  id: string,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const body = { error: message, code, ...(details !== undefined && { details }), request_id: id };
  return Response.json(body, {
    status,
    headers: {
      link: helpLink(code),
      ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
      ...headers,
    },
  });
}

/** From the root of this server, which serves the page: wherever the caller is, it finds it. */
const helpLink = (code: ErrorCode): string => `</${helpOf(code)}>; rel="help"`;
