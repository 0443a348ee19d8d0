export const RUNNER_TYPES = ['shell', 'python', 'nodejs', 'native'] as const;

export type RunnerType = (typeof RUNNER_TYPES)[number];

const ALIASES: Readonly<Record<RunnerType, readonly string[]>> = {
  shell: ['sh', 'bash'],
  python: ['python3'],
  nodejs: ['node', 'node.js'],
  native: ['builtin', 'standalone'],
};

/** The runner that a word means, aliases and case included; null for none of ours. */
export function runnerTypeOf(word: string): RunnerType | null {
  const wanted = word.trim().toLowerCase();
  return RUNNER_TYPES.find((type) => type === wanted || ALIASES[type].includes(wanted)) ?? null;
}

/** "shell (sh, bash), python (python3), …" */
export const KNOWN_RUNNERS = RUNNER_TYPES.map(
  (type) => `${type} (${ALIASES[type].join(', ')})`,
).join(', ');
