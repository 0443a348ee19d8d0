'use client';

import { useEffect, useRef, useState } from 'react';
import { useStream } from '#components/ui/use-stream.ts';
import type { LogChunk } from '#lib/contracts/executions.ts';
import { LogModel } from './log-model.ts';

/** The first chunk after a quiet time is painted at once; what comes faster than this is gathered. */
const PAINT_MS = 100;
/** Longer logs cost more to paint. */
const LONG_PAINT_MS = 250;
const LONG_LINES = 20_000;

interface Log {
  readonly model: LogModel;
  /** Goes up with each painting. */
  readonly version: number;
  readonly isEnded: boolean;
  readonly lostSince: string | null;
  readonly retry: () => void;
}

/**
 * Follows the output of a run.
 *
 * @param onStatus told each status that the stream says, the first one included
 */
export function useLog(url: string, onStatus: (status: string) => void): Log {
  const [model] = useState(() => new LogModel());
  const [version, setVersion] = useState(0);
  const [isEnded, setEnded] = useState(false);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const paintedAt = useRef(-LONG_PAINT_MS);

  const paint = () => {
    if (timer.current !== undefined) return;
    const everyMs = model.lines.length > LONG_LINES ? LONG_PAINT_MS : PAINT_MS;
    const waitMs = Math.max(0, paintedAt.current + everyMs - performance.now());
    timer.current = setTimeout(() => {
      timer.current = undefined;
      paintedAt.current = performance.now();
      setVersion((count) => count + 1);
    }, waitMs);
  };

  const { lostSince, retry } = useStream(
    isEnded ? null : url,
    ['log', 'changed', 'end'],
    (name, data) => {
      if (name === 'log') {
        if (isChunk(data)) model.append(data);
        paint();
        return;
      }
      const { status } = data as { status: string };
      if (name === 'end') {
        setEnded(true);
        paint();
      }
      onStatus(status);
    },
  );

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );

  return { model, version, isEnded, lostSince, retry };
}

/** Of the same server as the page, so its shape is all that can be wrong. */
function isChunk(data: unknown): data is LogChunk {
  const { seq, stream, text } = data as Partial<Record<keyof LogChunk, unknown>>;
  return typeof seq === 'number' && typeof stream === 'string' && typeof text === 'string';
}
