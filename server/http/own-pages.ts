/**
 * Whether a page of ours sent a request: what a cookie allows counts for nobody else. Browsers say where a request
 * comes from, and no page can make them say something else.
 */
export function isFromOurPages({ headers }: Request): boolean {
  const site = headers.get('sec-fetch-site');
  if (site !== null) return site === 'same-origin';
  const origin = headers.get('origin');
  return origin !== null && URL.canParse(origin) && new URL(origin).host === headers.get('host');
}
