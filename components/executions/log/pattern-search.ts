import type { Range } from './log-segments.ts';
import type { LogSearch } from './log-search.ts';

/** What the thread is asked: where this pattern fits, line by line. It answers with the ranges of each. */
export interface PatternQuestion {
  readonly pattern: RegExp;
  readonly texts: readonly string[];
}
/** `ready`: its program is there. */
export type PatternAnswer = 'ready' | readonly (readonly Range[])[];

export interface PatternSearch {
  /** There may be more to search. */
  readonly goOn: () => void;
  readonly stop: () => void;
}

/** For 200 lines, which take a millisecond: what takes this long would take for ever. */
const ANSWER_MS_MAX = 2_000;

/**
 * Searches in a thread of its own, which is ended when it does not answer: a pattern like `(a+)+$` takes longer than
 * anybody lives on a line of forty letters, and nothing in the language can stop it from within.
 */
export function startPatternSearch(search: LogSearch, onProgress: () => void): PatternSearch {
  const thread = new Worker(new URL('./pattern-thread.ts', import.meta.url), { type: 'module' });
  let asked: readonly string[] | null = null;
  let isReady = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = () => {
    isReady = false;
    clearTimeout(timer);
    thread.terminate();
  };
  const giveUp = (problem: string) => {
    stop();
    search.giveUp(problem);
    onProgress();
  };
  const goOn = () => {
    if (!isReady || asked !== null || search.pattern === null) return;
    const texts = search.next();
    if (texts.length === 0) return;
    asked = texts;
    timer = setTimeout(
      () => giveUp('This pattern takes too long here, so it was stopped. Make it more exact.'),
      ANSWER_MS_MAX,
    );
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is none
    thread.postMessage({ pattern: search.pattern, texts } satisfies PatternQuestion);
  };

  thread.addEventListener('message', ({ data }: MessageEvent<PatternAnswer>) => {
    if (data === 'ready') isReady = true;
    else if (asked !== null) {
      clearTimeout(timer);
      search.record(asked, data);
      asked = null;
      onProgress();
    }
    goOn();
  });
  thread.addEventListener('error', () =>
    giveUp('Regular expressions could not be read from the server. Search for the words instead.'),
  );
  return { goOn, stop };
}
