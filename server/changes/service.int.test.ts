import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { closeLive, listen } from '#server/live/changes.ts';
import { userWho } from '#test/actors.ts';
import { query } from '#test/postgres.ts';
import { followChanges } from './service.ts';

const ada = userWho('events:read', 'rules:read');
const stops: AbortController[] = [];

beforeEach(listen);
afterEach(async () => {
  for (const stop of stops.splice(0)) stop.abort();
  await closeLive();
});

interface Told {
  readonly event: string;
  readonly id: number;
  readonly topics: readonly string[];
}

/** Reads on in the background. */
function follow(topics: ('events' | 'rules' | 'keys')[], lastEventId: string | null = null) {
  const stop = new AbortController();
  stops.push(stop);
  const told: Told[] = [];
  const open = followChanges(ada, { topics }, lastEventId);
  void (async () => {
    for await (const { event, id, data } of open(stop.signal))
      told.push({ event, id: Number(id), ...(data as { topics: string[] }) });
  })();
  return { told, news: () => told.filter(({ event }) => event === 'changed') };
}

test('says which lists changed, and nothing about those that the reader may not read', async () => {
  const { told, news } = follow(['events', 'keys']);
  await expect.poll(() => told.length).toBe(1);
  expect(told[0]).toMatchObject({ event: 'hello', topics: ['events'] });

  await announce(sql, 'keys', 'rules');
  await announce(sql, 'events');

  await expect.poll(news).toMatchObject([{ topics: ['events'] }]);
});

test('who may read none of them is refused before anything is told', () => {
  expect(() => followChanges(ada, { topics: ['keys'] }, null)).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN', details: { permission: 'keys:read' } }),
  );
});

test('however much changes, no more than two words a second are said, and the last one is not left out', async () => {
  const { told, news } = follow(['events']);
  await expect.poll(() => told.length).toBe(1);
  const until = performance.now() + 1_500;
  let said = 0;
  while (performance.now() < until) {
    await announce(sql, 'events');
    said += 1;
  }
  const last = Date.now();

  await expect.poll(() => news().at(-1)?.id ?? 0).toBeGreaterThanOrEqual(last - 1);
  expect(said).toBeGreaterThan(20);
  expect(news().length).toBeLessThanOrEqual(5);
});

test('a reader that comes back is told what changed meanwhile, and only that', async () => {
  const before = follow(['events', 'rules']);
  await expect.poll(() => before.told.length).toBe(1);
  await announce(sql, 'rules');
  await expect.poll(before.news).toMatchObject([{ topics: ['rules'] }]);
  stops.pop()?.abort();
  // The clocks of two servers may be a second apart, so what was told within one may be told twice.
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  const seen = String(Date.now());
  await announce(sql, 'events');

  const after = follow(['events', 'rules'], seen);

  await expect
    .poll(() => new Set(after.news().flatMap(({ topics }) => topics)))
    .toEqual(new Set(['events']));
});

test('a reader that comes back after nobody listened is told that everything may have changed', async () => {
  const seen = Date.now();
  const [backend] = (
    await query(
      process.env['DATABASE_URL'] ?? '',
      `select pid from pg_stat_activity where application_name = 'attune live' and datname = current_database()`,
    )
  ).rows as { pid: number }[];
  await query(process.env['DATABASE_URL'] ?? '', `select pg_terminate_backend(${backend?.pid})`);
  await new Promise((resolve) => setTimeout(resolve, 700));
  await listen();

  const { news } = follow(['events', 'rules'], String(seen));

  await expect.poll(news).toMatchObject([{ topics: ['events', 'rules'] }]);
});
