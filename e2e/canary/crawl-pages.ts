import { globSync } from 'node:fs';
import { dirname } from 'node:path';
import type { APIRequestContext } from 'playwright/test';
import { paths } from '#lib/paths.ts';
import { inTurns } from './crawl-api.ts';
import type { Sighting } from './needles.ts';

/** Of pages that differ in what they are about only. */
const PER_KIND_MAX = 5;

export interface PageCrawl {
  readonly seen: readonly Sighting[];
  /** Folders of pages that nobody came to. */
  readonly unvisited: readonly string[];
}

/** Follows every link from `first` on, as whoever is logged in. */
export async function crawlPages(
  request: APIRequestContext,
  url: string,
  first: readonly string[],
): Promise<PageCrawl> {
  const seen: Sighting[] = [];
  const known = new Set<string>();
  const kinds = new Map<string, number>();
  const arrived: string[] = [];
  let next = [...first, ...placesWithoutParams()];
  for (const path of first) kinds.set(kindOf(path), 0);
  while (next.length > 0) {
    const now = [...new Set(next)].filter((path) => !known.has(path) && isWanted(path, kinds));
    next = [];
    await inTurns(now, async (path) => {
      known.add(path);
      const answer = await request.get(`${url}${path}`);
      const html = await answer.text();
      if (answer.status() === 200) arrived.push(path.split(/[?#]/)[0] ?? '');
      seen.push({ place: `page ${path}`, text: html });
      for (const [, href = ''] of html.matchAll(/href="(\/[^"#]*)/g)) {
        const link = href.replaceAll('&amp;', '&');
        if (!/^\/(?:api|_next|auth)\/|\.(?:css|js|svg|png|ico|woff2|webmanifest)$/.test(link))
          next.push(link);
      }
    });
  }
  const unvisited = pageFolders().filter(
    (folder) => !arrived.some((path) => patternOf(folder).test(path)),
  );
  return { seen, unvisited };
}

function isWanted(path: string, kinds: Map<string, number>): boolean {
  const kind = kindOf(path);
  const count = kinds.get(kind) ?? 0;
  kinds.set(kind, count + 1);
  return count < PER_KIND_MAX;
}

/** `/executions/17?tab=token` and `/executions/18?tab=token` are the same kind; filters count by their names. */
function kindOf(path: string): string {
  const { pathname, searchParams } = new URL(path, 'http://here');
  const [section = '', thing] = pathname.split('/').slice(1);
  const tab = searchParams.get('tab') ?? '';
  return [
    section,
    thing === undefined ? '' : 'one',
    tab,
    ...[...searchParams.keys()].toSorted(),
  ].join(' ');
}

const placesWithoutParams = (): string[] =>
  Object.values(paths)
    .filter((path) => path.length === 0)
    .map((path) => (path as () => string)())
    .filter((path) => !path.startsWith('/api'));

const pageFolders = (): string[] =>
  globSync('app/(dashboard)/**/page.tsx').map((file) =>
    dirname(file).replace(/^app\/\(dashboard\)/, ''),
  );

const patternOf = (folder: string): RegExp =>
  new RegExp(`^${folder === '' ? '/' : folder.replaceAll(/\[\w+\]/g, '[^/]+')}$`);
