import { z } from 'zod';
import { given, Words } from '#components/ui/list-search.ts';

const TokenSearch = z.object({
  show: z.enum(['live', 'ended', 'refused']).catch('live'),
  /** Of the action, the sensor, the owner or the token itself. */
  who: Words,
});
export type TokenSearch = z.output<typeof TokenSearch>;

/** What a reader wrote into the address; what does not parse is dropped. */
export const toTokenSearch = (
  asked: Readonly<Record<string, string | string[] | undefined>>,
): TokenSearch => ({ show: 'live', ...given(TokenSearch.parse(asked)) });
