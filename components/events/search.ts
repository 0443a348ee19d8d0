import { z } from 'zod';
import type { EventLink } from '#lib/paths.ts';
import { Cursor, Words } from '#components/ui/list-search.ts';

const EventSearch = z.object({
  trigger_ref: Words,
  rule_ref: Words,
  trace_tag: Words,
  cursor: Cursor,
} satisfies Record<keyof EventLink | 'cursor', z.ZodType>);
export type EventSearch = z.output<typeof EventSearch>;

/** What a reader wrote into the address of the events; what does not parse is dropped. */
export const toEventSearch = (
  given: Readonly<Record<string, string | string[] | undefined>>,
): EventSearch => EventSearch.parse(given);
