interface Verdict {
  readonly matched: boolean;
  readonly failed: { readonly path: string } | null;
}

/** How many events pass the top lines of the builder up to and including each. */
export interface Pass {
  readonly passed: number;
  readonly of: number;
}

/**
 * The funnel of a list where all must hold: what fails at line 2 has passed line 1. For `any` there is none, since an
 * event that failed failed everywhere.
 *
 * @param lines for each whether it was begun: one that was not was not asked about, and has no pass
 */
export function funnelOf(
  verdicts: readonly Verdict[],
  lines: readonly boolean[],
): (Pass | undefined)[] {
  const failedAt = verdicts.map(({ matched, failed }) =>
    matched ? Number.POSITIVE_INFINITY : lineOf(failed?.path ?? ''),
  );
  let asked = -1;
  return lines.map((isBegun) => {
    if (!isBegun) return undefined;
    const line = ++asked;
    return {
      passed: failedAt.filter((at) => at > line).length,
      of: failedAt.filter((at) => at >= line).length,
    };
  });
}

/** `all[2].not` and `[2].any[0]` are about line 2. */
function lineOf(path: string): number {
  const digits = /\d+/.exec(path)?.[0];
  return digits === undefined ? 0 : Number(digits);
}
