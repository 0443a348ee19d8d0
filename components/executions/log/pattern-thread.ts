import { rangesIn } from './log-search.ts';
import type { PatternAnswer, PatternQuestion } from './pattern-search.ts';

/** Runs in a thread of its own, so that a pattern without end keeps nobody waiting. */
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- between threads there is none
const answer = (data: PatternAnswer): void => self.postMessage(data);

self.addEventListener('message', ({ data }: MessageEvent<PatternQuestion>) =>
  answer(data.texts.map((text) => rangesIn(text, data.pattern))),
);
answer('ready');
