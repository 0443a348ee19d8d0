import { afterAll, expect, test } from 'vitest';
import { closePool } from '#server/db/pool.ts';
import { sql } from '#server/db/sql.ts';
import { changes, closeLive } from '#server/live/changes.ts';
import { ownPostgres } from '#test/own-postgres.ts';
import { type ServerSentEvent, sseResponse } from './sse.ts';

const postgres = await ownPostgres();
afterAll(async () => {
  await closeLive();
  await closePool();
  await postgres.remove();
});

/** What every stream of ours does: looks at the rows at each change. */
async function* follow(signal: AbortSignal): AsyncGenerator<ServerSentEvent> {
  for await (const _ of changes(['events'], signal, { backstopMs: 100 })) {
    await sql.query('select 1');
    yield { id: 7, event: 'look', data: {} };
  }
}

test('a stream says that the database is away, stays open, and ends when it is back', async () => {
  const response = sseResponse(
    { request: new Request('http://x/'), isStillAdmitted: async () => true },
    follow,
  );
  let text = '';
  let isOver = false;
  const reading = (async () => {
    try {
      for await (const chunk of response.body ?? []) text += new TextDecoder().decode(chunk);
    } catch {
      // Ended as a connection that breaks: the browser comes back with the last id.
    }
    isOver = true;
  })();
  await expect.poll(() => text).toContain('event: look');

  await postgres.stop();
  try {
    await expect.poll(() => text, { timeout: 5_000 }).toContain('event: outage');
    expect(text).toMatch(/The database does not answer since \d\d:\d\d:\d\d UTC/);
    expect(isOver).toBe(false);
  } finally {
    await postgres.start();
  }

  await expect.poll(() => isOver, { timeout: 10_000 }).toBe(true);
  await reading;
});
