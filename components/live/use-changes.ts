'use client';

import { useEffect, useRef, useState } from 'react';
import { type Stream, useStream } from '#components/ui/use-stream.ts';
import type { ChangeNews, ChangeTopic } from '#lib/contracts/changes.ts';
import { paths } from '#lib/paths.ts';
import { withSearch } from '#lib/search.ts';

/**
 * Hears that lists changed since the page was read. Only while somebody looks: a browser opens few connections to one
 * address, and each tab would hold one. Whoever comes back is told what changed meanwhile.
 */
export function useChanges(
  topics: readonly ChangeTopic[],
  readAtMs: number,
  onChanged: () => void,
): Stream {
  const heardAt = useRef(new Date(readAtMs).toISOString());
  const [url, setUrl] = useState<string | null>(null);
  const wanted = topics.join(',');

  useEffect(() => {
    const look = () =>
      setUrl(
        document.hidden
          ? null
          : withSearch(paths.changes(), { topics: wanted, since: heardAt.current }),
      );
    look();
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, [wanted]);

  return useStream(url, ['hello', 'changed'], (name, data) => {
    heardAt.current = (data as ChangeNews).at;
    if (name === 'changed') onChanged();
  });
}
