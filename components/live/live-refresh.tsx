'use client';

import { ConnectionBanner } from '#components/ui/connection-banner.tsx';
import type { ChangeTopic } from '#lib/contracts/changes.ts';
import { useChanges } from './use-changes.ts';
import { useFresh } from './use-fresh.ts';

/** A whole page is more to read than a list. */
const PAUSE_MS = 2_000;

interface LiveRefreshProps {
  readonly topics: readonly ChangeTopic[];
  /** When the server read the page. */
  readonly readAtMs: number;
}

/** Reads the page again when something on it changed, and says when nothing can be heard. */
export function LiveRefresh({ topics, readAtMs }: LiveRefreshProps) {
  const { mark } = useFresh(() => document.querySelector('[role=alertdialog]') === null, PAUSE_MS);
  const { lostSince, retry } = useChanges(topics, readAtMs, mark);
  return <ConnectionBanner onRetry={retry} since={lostSince} />;
}
