import { z } from 'zod';
import type { TabLink } from '#components/ui/tab-links.tsx';
import type { TokenStatus } from '#lib/contracts/tokens.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';

/** In the order in which they stand. */
export const RUN_TABS = [
  'output',
  'timeline',
  'input',
  'context',
  'token',
  'children',
  'audit',
  'raw',
  'compare',
] as const;
export type RunTab = (typeof RUN_TABS)[number];

const TabSearch = z.object({
  /** `io` is what some call the input. */
  tab: z.preprocess((tab) => (tab === 'io' ? 'input' : tab), z.enum(RUN_TABS)).catch('output'),
  attempt: z.coerce.number().pipe(z.int().min(1).max(1_000)).optional().catch(undefined),
  /** The run to compare with; the last success without it. */
  with: z.coerce.number().pipe(z.int().min(1).max(999_999_999_999_999)).optional().catch(undefined),
});

/** What a reader wrote into the address; what does not parse is dropped. */
export const toTabSearch = (given: Readonly<Record<string, string | string[] | undefined>>) =>
  TabSearch.parse(given);

interface TabFacts {
  readonly id: number;
  readonly attempt: number | undefined;
  readonly childCount: number;
  readonly hasMoreChildren: boolean;
  readonly token: TokenStatus | null;
}

export function runTabs({ id, attempt, childCount, hasMoreChildren, token }: TabFacts): TabLink[] {
  const href = (tab: RunTab) =>
    withSearch(paths.execution(id), {
      tab: tab === 'output' ? undefined : tab,
      attempt: attempt?.toString(),
    });
  return [
    { key: 'output', label: 'Output', href: href('output') },
    { key: 'timeline', label: 'Timeline', href: href('timeline') },
    { key: 'input', label: 'Input and result', href: href('input') },
    { key: 'context', label: 'Context', href: href('context') },
    { key: 'token', label: 'Token', href: href('token'), ...tokenNote(token) },
    {
      key: 'children',
      label: 'Children',
      href: href('children'),
      note: `${childCount}${hasMoreChildren ? '+' : ''}`,
    },
    { key: 'audit', label: 'Audit', href: href('audit') },
    { key: 'raw', label: 'Raw', href: href('raw') },
    { key: 'compare', label: 'Compare', href: href('compare') },
  ];
}

function tokenNote(token: TokenStatus | null): Pick<TabLink, 'note' | 'tone'> {
  if (token === null) return {};
  if (token.replayed > 0) return { note: `${token.replayed} after its end`, tone: 'failed' };
  return { note: token.state };
}
