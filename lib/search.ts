/** Parameters of an address, as a page hands them on. */
export type Search = Readonly<Record<string, string | undefined>>;

/** `/executions?status=failed`; what is undefined or empty is left out. */
export function withSearch(path: string, search: Search): string {
  const given = Object.entries(search).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  // Commas and stars are readable, and allowed, in a query.
  const query = new URLSearchParams(given).toString().replaceAll('%2C', ',');
  return query === '' ? path : `${path}?${query}`;
}
