const HERE = 'http://here.invalid';

/** Where to go after the login: a path of our own origin, else Home. */
export function returnPath(wanted: string | undefined): string {
  if (wanted === undefined || !wanted.startsWith('/')) return '/';
  // The parser decides, as the browser will: it reads `\` as `/` and drops tabs and line breaks.
  const url = URL.canParse(wanted, HERE) ? new URL(wanted, HERE) : null;
  if (url === null || url.origin !== HERE) return '/';
  const path = `${url.pathname}${url.search}${url.hash}`;
  return path.startsWith('//') || url.pathname === '/login' ? '/' : path;
}
