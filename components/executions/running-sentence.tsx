'use client';

import { useNow } from '#components/ui/clock.ts';
import { executionSentence } from '#lib/sentences/execution.ts';

type SentenceInput = Parameters<typeof executionSentence>;

interface RunningSentenceProps {
  readonly run: SentenceInput[0];
  readonly attempts: SentenceInput[1];
  readonly readAtMs: number;
}

/** The sentence of a run that goes on: it counts. */
export function RunningSentence({ run, attempts, readAtMs }: RunningSentenceProps) {
  const now = useNow() ?? readAtMs;
  return <>{executionSentence(run, attempts, now)}</>;
}
