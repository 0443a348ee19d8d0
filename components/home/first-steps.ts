/** What there is already of a house in which something runs. */
export interface FirstFacts {
  readonly hasWorker: boolean;
  readonly hasCorePack: boolean;
  readonly hasRule: boolean;
  /** An event matched a rule, or somebody asked for a run by hand. */
  readonly hasRun: boolean;
  readonly hasEndedRun: boolean;
}

export type StepName = 'worker' | 'pack' | 'rule' | 'event' | 'run';
export type StepState = 'done' | 'next' | 'later';

/** The five steps from nothing to a rule that runs; the first one that is not done is the next one. */
export function firstSteps(facts: FirstFacts): Readonly<Record<StepName, StepState>> {
  const done: readonly (readonly [StepName, boolean])[] = [
    ['worker', facts.hasWorker],
    ['pack', facts.hasCorePack],
    ['rule', facts.hasRule],
    ['event', facts.hasRun],
    ['run', facts.hasEndedRun],
  ];
  const next = done.find(([, isDone]) => !isDone)?.[0];
  const states = done.map(
    ([name, isDone]) => [name, isDone ? 'done' : name === next ? 'next' : 'later'] as const,
  );
  return Object.fromEntries(states) as Record<StepName, StepState>;
}
