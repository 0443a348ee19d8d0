'use client';

import { useRouter } from 'next/navigation';
import { useShortcuts } from '#components/shell/use-shortcuts.ts';
import { paths } from '#lib/paths.ts';

/** The keys of the page of a run. */
export function RunKeys({ id }: { readonly id: number }) {
  const router = useRouter();
  const open = (tab: string) => () =>
    router.push(`${paths.execution(id)}${tab === 'output' ? '' : `?tab=${tab}`}`, {
      scroll: false,
    });
  useShortcuts({
    output: open('output'),
    input: open('input'),
    context: open('context'),
    token: open('token'),
    compare: open('compare'),
  });
  return null;
}
