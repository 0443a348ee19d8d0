import type { z } from 'zod';
import type { Operation } from '#lib/contracts/operation.ts';
import { type Schema, toJsonSchema } from './openapi-schema.ts';

interface Refusal {
  readonly name: string;
  readonly description: string;
  /** Headers that only this one has, by name. */
  readonly headers?: Readonly<Record<string, string>>;
}

const RETRY_AFTER = { 'Retry-After': 'Seconds to wait before the next try.' };

const REFUSALS = {
  400: { name: 'BadRequest', description: 'The body is not JSON, or the request makes no sense.' },
  401: { name: 'Unauthorized', description: 'No token, or one that does not count.' },
  403: { name: 'Forbidden', description: 'The token may not do this.' },
  404: {
    name: 'NotFound',
    description:
      'What the path or the body names is not there, or the caller may not know of it; `details` holds the ref.',
  },
  405: {
    name: 'MethodNotAllowed',
    description: 'The path does not take this method.',
    headers: { Allow: 'The methods that it takes.' },
  },
  409: { name: 'Conflict', description: 'It conflicts with what is there.' },
  413: { name: 'PayloadTooLarge', description: 'The body is larger than 1 MiB.' },
  422: {
    name: 'ValidationError',
    description: 'It does not fit; `details` has a line for each field.',
  },
  429: { name: 'TooManyRequests', description: 'Too much at once.', headers: RETRY_AFTER },
  500: {
    name: 'InternalServerError',
    description: 'A defect of the server; `request_id` finds it in the log.',
  },
  503: {
    name: 'RetryableDatabaseError',
    description: 'The database does not answer; nothing was stored.',
    headers: RETRY_AFTER,
  },
} as const satisfies Readonly<Record<number, Refusal>>;

type RefusalStatus = keyof typeof REFUSALS;

const EVERYWHERE: readonly RefusalStatus[] = [405, 429, 500, 503];
const HELP = { Link: 'Where this error is explained, `rel="help"`.' };

/** One answer for each reason, which every operation refers to. */
export function refusalResponses(error: Schema): Record<string, Schema> {
  const answers: readonly Refusal[] = Object.values(REFUSALS);
  return Object.fromEntries(
    answers.map(({ name, description, headers }) => [
      name,
      {
        description,
        headers: Object.fromEntries(
          Object.entries({ ...HELP, ...headers }).map(([header, words]) => [
            header,
            { description: words, schema: { type: 'string' } },
          ]),
        ),
        content: { 'application/json': { schema: error } },
      },
    ]),
  );
}

/** The refusals of an operation, each a reference to the answer that all of them share. */
export function refusals({ access, params, query, body, method }: Operation): Schema {
  const statuses: RefusalStatus[] = [
    ...(body ? ([400, 413] as const) : []),
    ...(access === 'anyone' ? [] : ([401, 403] as const)),
    ...(params !== undefined || namesOthers(body) ? ([404] as const) : []),
    ...(method === 'GET' ? [] : ([409] as const)),
    ...((params ?? query ?? body) ? ([422] as const) : []),
    ...EVERYWHERE,
  ];
  return Object.fromEntries(
    statuses.map((status) => [status, { $ref: `#/components/responses/${REFUSALS[status].name}` }]),
  );
}

interface Named {
  readonly $ref?: string;
  readonly properties?: object;
  readonly $defs?: Readonly<Record<string, { readonly properties?: object }>>;
}

/** Whether a body names something that has to be there: `action_ref`, `permission_set_refs`, `parent`. */
function namesOthers(body: z.ZodType | undefined): boolean {
  if (body === undefined) return false;
  const { $ref, $defs, properties } = toJsonSchema(body, 'input') as Named;
  // A schema with a name of its own comes as a reference to itself.
  const fields = properties ?? $defs?.[$ref?.replace('#/$defs/', '') ?? '']?.properties ?? {};
  return Object.keys(fields).some((name) => /_refs?$|^parent$/.test(name));
}
