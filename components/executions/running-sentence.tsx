'use client';

import { useNow } from '#components/ui/clock.ts';
import { executionSentence } from '#lib/sentences/execution.ts';

type SentenceInput = Required<Parameters<typeof executionSentence>>;

interface RunningSentenceProps {
  readonly run: SentenceInput[0];
  readonly attempts: SentenceInput[1];
  readonly readAtMs: number;
  readonly turn: SentenceInput[3];
}

/** The sentence of a run that goes on: it counts. */
export function RunningSentence({ run, attempts, readAtMs, turn }: RunningSentenceProps) {
  const now = useNow() ?? readAtMs;
  return <>{executionSentence(run, attempts, now, turn)}</>;
}
