import { z } from 'zod';

/** What does not answer, and since when (wire time). */
export interface Outage {
  readonly what: 'database' | 'server';
  readonly since: string;
}

const Answer = z.object({ details: z.object({ since: z.iso.datetime() }).partial().optional() });
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
    const answer = Answer.safeParse(await response.json());
    return { what: 'database', since: answer.data?.details?.since ?? now };
  } catch {
    return { what: 'server', since: now };
  }
}
