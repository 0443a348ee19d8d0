import type { Search } from '#lib/search.ts';
import type { RunSearch } from './search.ts';

/** As it stands in the address. */
export const toSearch = ({ status, ...rest }: RunSearch): Search => ({
  ...rest,
  status: status.length === 0 ? undefined : status.join(','),
});
