import { z } from 'zod';

/** A positive integer; in paths and queries a decimal string. */
export const Id = z.int().positive();
export const PathId = z.union([
  Id,
  z
    .string()
    .regex(/^[1-9]\d{0,14}$/, 'is a positive integer')
    .transform(Number),
]);

export const PackRef = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, 'starts with a letter; a-z 0-9 _ - follow; no dots');

/** `pack.name` of an action, trigger, sensor or rule. */
export const Ref = z
  .string()
  .max(200)
  .regex(/^[a-z][a-z0-9_-]*\.[a-z0-9][a-z0-9_-]*$/, 'is `pack.name`, lower case');

/** RFC 3339 with an explicit offset: some clients cannot read `Z`. */
export const Timestamp = z
  .string()
  .meta({ format: 'date-time', example: '2026-11-23T14:06:20.123+00:00' });

export const JsonObject = z.record(z.string(), z.json());
export type JsonObject = z.infer<typeof JsonObject>;

/** A list is `items` and `pagination`; a cursor is offered where a list is newest first. */
export const Pagination = z
  .object({
    page: z.int(),
    page_size: z.int(),
    has_next: z.boolean(),
    has_previous: z.boolean(),
    total_items: z.int().nullable().optional(),
    total_pages: z.int().nullable().optional(),
    next_cursor: z
      .string()
      .nullable()
      .optional()
      .describe('Give it as `cursor` for the page after this one.'),
  })
  .meta({ id: 'Pagination' });
export type Pagination = z.infer<typeof Pagination>;

const count = z.coerce.number().pipe(z.int().min(1));

/** Both families of paging parameters: `page` with `page_size` or `per_page`, and `offset` with `limit`. */
export const PageQuery = z.object({
  page: count.optional(),
  page_size: count.pipe(z.int().max(1000)).optional(),
  per_page: count.pipe(z.int().max(1000)).optional(),
  limit: count.pipe(z.int().max(1000)).optional(),
  offset: z.coerce.number().pipe(z.int().min(0)).optional(),
  include_total: z.stringbool().optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

/** Newest-first lists take a cursor as well. */
export const CursorQuery = PageQuery.extend({
  cursor: z
    .string()
    .regex(/^\d{1,15}$/, 'is a `next_cursor` of this list')
    .optional(),
});
export type CursorQuery = z.infer<typeof CursorQuery>;

export const data = <T extends z.ZodType>(schema: T) => z.object({ data: schema });

export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), pagination: Pagination });

export interface PageOf<T> {
  readonly items: T[];
  readonly pagination: Pagination;
}

/** What deletes answer. */
export const Success = z
  .object({ success: z.boolean(), message: z.string() })
  .meta({ id: 'Success' });
export type Success = z.infer<typeof Success>;

/** Every refusal. */
export const ErrorBody = z
  .object({
    error: z.string().describe('What, which value, what to do.'),
    code: z.string(),
    details: z.unknown().optional(),
    request_id: z.string(),
  })
  .meta({ id: 'Error' });

/** Many values in one parameter: `a,b`. */
export const commaList = <T extends z.ZodType>(item: T) =>
  z
    .string()
    .transform((text): unknown =>
      text
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item));
