import type { TokenStatus } from '#lib/contracts/tokens.ts';
import type { Api } from './api.ts';
import { expect } from './fixtures.ts';

/** Calls made with a token are written down together, a moment after they were made. */
export async function untilCallsAreKept(api: Api, id: number): Promise<void> {
  let before = 0;
  const isStill = async () => {
    const { data } = (await api.get(`/api/v1/executions/${id}/token`)) as { data: TokenStatus };
    const [last, now] = [before, data.calls];
    before = now;
    return now > 0 && now === last;
  };
  await expect.poll(isStill, { intervals: [1_000] }).toBe(true);
}
