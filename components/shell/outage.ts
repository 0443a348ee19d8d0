/** What does not answer, and since when (wire time). */
export interface Outage {
  readonly what: 'database' | 'server';
  readonly since: string;
}

const PATIENCE_MS = 8_000;

/** Asks the server how it is; null = well. `now` is when the asking began, for servers that cannot say since when. */
export async function findOutage(now: string): Promise<Outage | null> {
  try {
    const response = await fetch('/health/ready', {
      cache: 'no-store',
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (response.ok) return null;
    if (response.status !== 503) return { what: 'server', since: now };
    return { what: 'database', since: sinceOf(await response.json()) ?? now };
  } catch {
    return { what: 'server', since: now };
  }
}

/** Read by hand: a parser would be in the first load of every page. */
function sinceOf(answer: unknown): string | null {
  const { details } = (answer ?? {}) as { details?: { since?: unknown } };
  const since = details?.since;
  return typeof since === 'string' && !Number.isNaN(Date.parse(since)) ? since : null;
}
