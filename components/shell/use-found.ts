'use client';

import { useEffect, useState } from 'react';
import { call } from '#lib/api-client.ts';
import type { Found } from '#lib/contracts/search.ts';
import { AppError } from '#lib/errors.ts';
import { searchEverything } from '#lib/endpoints.ts';

/** So long one pauses before what is typed is asked for. */
const PAUSE_MS = 120;

interface Search {
  readonly words: string;
  readonly found: readonly Found[];
  readonly problem: string | null;
}

const NONE: Search = { words: '', found: [], problem: null };

/** What the server finds for these words; the last answer stays until the next one is there. */
export function useFound(text: string) {
  const words = text.trim().slice(0, 100);
  const [last, setLast] = useState<Search>(NONE);

  useEffect(() => {
    if (words === '') return;
    const abort = new AbortController();
    const timer = setTimeout(() => {
      void (async () => {
        const search = await look(words, abort.signal);
        if (!abort.signal.aborted) setLast(search);
      })();
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [words]);

  const shown = words === '' ? NONE : last;
  return { found: shown.found, problem: shown.problem, isSearching: shown.words !== words };
}

async function look(words: string, signal: AbortSignal): Promise<Search> {
  try {
    const { data } = await call(searchEverything, { query: { q: words, limit: 6 } }, { signal });
    return { words, found: data, problem: null };
  } catch (error) {
    if (error instanceof AppError) return { words, found: [], problem: error.message };
    throw error;
  }
}
