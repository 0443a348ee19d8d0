'use client';

import { useEffect, useEffectEvent, useRef, useState } from 'react';
import { type Stream, useStream } from '#components/ui/use-stream.ts';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { type Changes, takeChanges } from './live-rows.ts';

/** What comes within so many ms is painted in one go. */
const GATHER_MS = 250;

/**
 * What the stream told about runs since the page was read.
 *
 * @param onMissed more happened than is told one by one, or a connection was lost: rows have to be read again
 */
export function useRunChanges(
  streamUrl: string,
  readAtMs: number,
  onMissed: (isMuch: boolean) => void,
): Stream & { readonly changes: Changes } {
  // What happened between the reading of the list and the first word of the stream must not be missed. The address stays
  // as it is when the list is read again: a new one would be a new connection.
  const [opened, setOpened] = useState({ streamUrl, since: readAtMs });
  if (opened.streamUrl !== streamUrl) setOpened({ streamUrl, since: readAtMs });
  const url = `${opened.streamUrl}${opened.streamUrl.includes('?') ? '&' : '?'}since=${new Date(opened.since).toISOString()}`;

  const [changes, setChanges] = useState<Changes>(new Map());
  const gathered = useRef<ExecutionSummary[]>([]);
  const paint = useEffectEvent(() => {
    if (gathered.current.length === 0) return;
    const runs = gathered.current;
    gathered.current = [];
    setChanges((known) => takeChanges(known, runs));
  });
  useEffect(() => {
    const timer = setInterval(() => paint(), GATHER_MS);
    return () => clearInterval(timer);
  }, []);

  const wasConnected = useRef(false);
  const stream = useStream(url, ['hello', 'changed', 'many'], (name, data) => {
    // Our own server's word, as it stands: a parser would be in the first load of the page.
    if (name === 'changed') gathered.current.push(data as ExecutionSummary);
    if (name === 'many') onMissed(true);
    if (name === 'hello') {
      if (wasConnected.current) onMissed(false);
      wasConnected.current = true;
    }
  });
  return { ...stream, changes };
}
