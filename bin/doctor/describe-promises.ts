import type { CheckedPromise } from './check-promises.ts';

/** A line for each promise, and below it what breaks it. */
export const describePromises = (promises: readonly CheckedPromise[]): string[] => {
  const broken = promises.filter(({ holds }) => !holds);
  return [
    ...promises.flatMap(({ invariant, title, holds, count, examples }) =>
      holds
        ? [`  ✓ ${title}`]
        : [
            `  ✗ ${title}  (${invariant}: ${count})`,
            ...examples.map((example) => `      ${example}`),
            ...(count > examples.length ? [`      … and ${count - examples.length} more`] : []),
          ],
    ),
    broken.length === 0
      ? `  All ${promises.length} hold.`
      : `  ${broken.length} of ${promises.length} do not hold.`,
  ];
};
