import { z } from 'zod';

const text = z.string().trim().min(1).max(200).optional().catch(undefined);

const RefSearch = z.object({
  trigger_ref: text,
  rule_ref: text,
  trace_tag: text,
  cursor: z
    .string()
    .regex(/^\d{1,15}$/)
    .optional()
    .catch(undefined),
});
export type RefSearch = z.output<typeof RefSearch>;

/** What a reader wrote into the address of a list of events or enforcements; what does not parse is dropped. */
export const toRefSearch = (
  given: Readonly<Record<string, string | string[] | undefined>>,
): RefSearch => RefSearch.parse(given);

/** As the API wants it. */
export const toRefFilter = (search: RefSearch, pageSize: number) => ({
  page_size: pageSize,
  ...(Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined)) as {
    [Name in keyof RefSearch]?: string;
  }),
});
