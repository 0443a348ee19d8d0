/** Those problems that begin with a prefix, without it: `action_params.url` is `url`. */
export const fieldProblems = (
  problems: Readonly<Record<string, string | undefined>>,
  prefix: string,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(problems).flatMap(([name, problem]): [string, string][] =>
      problem !== undefined && name.startsWith(prefix)
        ? [[name.slice(prefix.length), problem]]
        : [],
    ),
  );
