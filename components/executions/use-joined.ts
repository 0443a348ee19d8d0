'use client';

import { useRef, useState } from 'react';
import type { ExecutionSummary } from '#lib/contracts/executions.ts';
import { paths } from '#lib/paths.ts';
import { type Search, withSearch } from '#lib/search.ts';
import { firstPage, JOINED_MAX, type JoinedRows, withFirst, withOlder } from './joined-rows.ts';

const PAGE_SIZE = 200;

interface FirstPage {
  readonly rows: readonly ExecutionSummary[];
  readonly cursor: string | null;
  /** What the reader asked for: another name is another list. */
  readonly list: string;
  /** The same as the API is asked for it. */
  readonly filters: Search;
}

interface Joined extends JoinedRows {
  readonly isLoading: boolean;
  /** Nothing was found in the last page, and there are older ones. */
  readonly isDry: boolean;
  /** Why the last page could not be loaded. */
  readonly problem: string | null;
  /** False: nothing older, or more is not kept. */
  readonly mayLoad: boolean;
  readonly load: () => void;
  /** Reads again what was loaded below the first page. */
  readonly reload: () => void;
}

/** The first page as the server made it, and the older ones that were loaded since. */
export function useJoined({ rows, cursor, list, filters }: FirstPage): Joined {
  const [state, setState] = useState({ list, first: rows, joined: firstPage(rows, cursor) });
  const [isLoading, setLoading] = useState(false);
  const [isDry, setDry] = useState(rows.length === 0);
  const [problem, setProblem] = useState<string | null>(null);
  const asking = useRef<AbortController>(undefined);

  let { joined } = state;
  if (state.list !== list || state.first !== rows) {
    joined = state.list === list ? withFirst(state.joined, rows, cursor) : firstPage(rows, cursor);
    if (state.list !== list) setDry(rows.length === 0);
    setState({ list, first: rows, joined });
  }

  const ask = async (from: string, size: number) => {
    const url = withSearch(paths.executionsApi(), {
      ...filters,
      cursor: from,
      page_size: String(size),
    });
    const response = await fetch(url, { signal: asking.current?.signal ?? null });
    if (!response.ok) throw new Error(`The server answered ${response.status}.`);
    const page = (await response.json()) as {
      items: ExecutionSummary[];
      pagination: { next_cursor: string | null };
    };
    return { rows: page.items, next: page.pagination.next_cursor };
  };
  const during = async (work: () => Promise<void>) => {
    asking.current?.abort();
    asking.current = new AbortController();
    const { signal } = asking.current;
    setLoading(true);
    setProblem(null);
    try {
      await work();
    } catch (error) {
      if (!signal.aborted)
        setProblem(error instanceof Error ? error.message : 'The server cannot be reached.');
    } finally {
      if (!signal.aborted) setLoading(false);
    }
  };

  const { cursor: next } = joined;
  const mayLoad = next !== null && joined.rows.length < JOINED_MAX;
  return {
    ...joined,
    isLoading,
    isDry: isDry && next !== null,
    problem,
    mayLoad,
    load: () => {
      if (!mayLoad || isLoading) return;
      void during(async () => {
        const page = await ask(next, PAGE_SIZE);
        setDry(page.rows.length === 0);
        setState((known) =>
          known.list === list
            ? { ...known, joined: withOlder(known.joined, page.rows, page.next) }
            : known,
        );
      });
    },
    reload: () => {
      const count = joined.rows.length - rows.length;
      if (!joined.isExtended || count <= 0 || cursor === null) return;
      void during(async () => {
        let fresh = firstPage(rows, cursor);
        for (let left = count, from: string | null = cursor; left > 0 && from !== null;) {
          const page = await ask(from, Math.min(1_000, left));
          fresh = withOlder(fresh, page.rows, page.next);
          left -= page.rows.length;
          from = page.next;
        }
        setState((known) => (known.list === list ? { ...known, joined: fresh } : known));
      });
    },
  };
}
