/** What can go wrong, in the words of the API, and the status that each is answered with. */
export const ERROR_STATUS = {
  BAD_REQUEST: 400,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  CONFLICT: 409,
  PAYLOAD_TOO_LARGE: 413,
  VALIDATION_ERROR: 422,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  NOT_IMPLEMENTED: 501,
  RETRYABLE_DATABASE_ERROR: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

/** The page that tells what each sentence means and what mends it; the web serves it at this path too. */
export const TROUBLESHOOTING = 'docs/troubleshooting.md';

/** Where an error of the API is explained: `docs/troubleshooting.md#not-found`. */
export const helpOf = (code: ErrorCode): string =>
  `${TROUBLESHOOTING}#${code.toLowerCase().replaceAll('_', '-')}`;

/** One problem of one field: `path` is dotted, `body.parameters.url`. */
export interface ErrorDetail {
  readonly path: string;
  readonly message: string;
}

interface ErrorFacts {
  readonly details?: unknown;
  readonly cause?: unknown;
  /** Sent as `Retry-After`. */
  readonly retryAfterSeconds?: number;
}

/** A reason that we can explain. `message` is for the caller; `cause` is logged and never sent. */
export class AppError extends Error {
  override readonly name = 'AppError';
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: ErrorCode,
    message: string,
    { details, cause, retryAfterSeconds }: ErrorFacts = {},
  ) {
    super(message, { cause });
    this.code = code;
    this.details = details;
    this.retryAfterSeconds = retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

/** Also the answer about what exists but is none of the caller's business. */
export const notFound = (kind: string, ref: string | number): AppError =>
  new AppError('NOT_FOUND', `There is no ${kind} '${ref}'`, { details: { kind, ref } });

/** What does not fit, field by field. */
export const unprocessable = (message: string, details: readonly ErrorDetail[]): AppError =>
  new AppError('VALIDATION_ERROR', message, { details });
