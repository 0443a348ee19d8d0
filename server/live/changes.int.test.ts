import { once } from 'node:events';
import { readFileSync, readdirSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { config } from '#server/config.ts';
import { closePool } from '#server/db/pool.ts';
import { sql } from '#server/db/sql.ts';
import { ownPostgres } from '#test/own-postgres.ts';
import { query } from '#test/postgres.ts';
import { announce } from './announce.ts';
import { changes, closeLive, listen, onChange } from './changes.ts';

const postgres = await ownPostgres();
const socketUrl = postgres.url;

afterEach(closeLive);
afterAll(async () => {
  await closePool();
  await postgres.remove();
});

/** Counts how often a topic is said to have changed. */
function ear(topic: 'events' | 'jobs') {
  const heard = { count: 0, stop: () => undefined as void };
  heard.stop = onChange([topic], () => {
    heard.count += 1;
  });
  return heard;
}

const backends = async (): Promise<number[]> =>
  (
    await query(
      socketUrl,
      `select pid from pg_stat_activity where application_name = 'attune live' and state is not null`,
    )
  ).rows.map(({ pid }) => Number(pid));

/** Says something until it is heard: the connection that hears it may not be back yet. */
async function expectHeard(heard: { count: number }): Promise<void> {
  const before = heard.count;
  await expect
    .poll(
      async () => {
        await announce(sql, 'events').catch(() => undefined);
        return heard.count;
      },
      { timeout: 15_000, interval: 100 },
    )
    .toBeGreaterThan(before);
}

describe('after the listening connection was lost', () => {
  test('everybody is told that they may have missed something, and hears again', async () => {
    const events = ear('events');
    const jobs = ear('jobs');
    await listen();
    const [told, [pid]] = [jobs.count, await backends()];

    await query(socketUrl, `select pg_terminate_backend(${pid})`);

    await expect.poll(() => jobs.count, { timeout: 5_000 }).toBe(told + 1);
    await expectHeard(events);
  });

  test('by a restart of the database, the same holds', async () => {
    const jobs = ear('jobs');
    const events = ear('events');
    await listen();
    const told = jobs.count;

    await postgres.stop();
    await postgres.start();

    await expect.poll(() => jobs.count, { timeout: 10_000 }).toBe(told + 1);
    await expectHeard(events);
  });

  test('a reader of changes looks again at once', async () => {
    const controller = new AbortController();
    let looks = 0;
    const reading = (async () => {
      // No backstop: only what is told counts.
      for await (const _ of changes(['jobs'], controller.signal, { backstopMs: 600_000 }))
        looks += 1;
    })();
    await listen();
    await expect.poll(() => looks).toBeGreaterThan(0);
    const [before, [pid]] = [looks, await backends()];

    await query(socketUrl, `select pg_terminate_backend(${pid})`);

    await expect.poll(() => looks, { timeout: 5_000 }).toBeGreaterThan(before);
    controller.abort();
    await reading;
  });
});

describe('a listening connection that falls silent', () => {
  test('because its server process was stopped is opened anew', { timeout: 60_000 }, async () => {
    const events = ear('events');
    await listen();
    const [pid = 0] = await backends();
    const told = events.count;

    process.kill(pid, 'SIGSTOP');
    try {
      await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) T /);
      await expect.poll(() => events.count, { timeout: 20_000 }).toBe(told + 1);
      await expectHeard(events);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  });

  test('because the network drops everything is opened anew', { timeout: 60_000 }, async () => {
    const proxy = await startProxy(socketPath());
    const direct = new URL(socketUrl);
    // The settings are read once; the listener asks for them at each connection.
    Object.assign(config(), {
      DATABASE_URL: `postgresql://${direct.username}:${direct.password}@127.0.0.1:${proxy.port}${direct.pathname}`,
    });
    const events = ear('events');
    try {
      await listen();
      const told = events.count;

      proxy.swallow();

      await expect.poll(() => events.count, { timeout: 20_000 }).toBe(told + 1);
    } finally {
      await closeLive();
      await proxy.close();
    }
  });
});

function socketPath(): string {
  const dir = new URL(socketUrl).searchParams.get('host') ?? '';
  const name = readdirSync(dir).find((file) => /^\.s\.PGSQL\.\d+$/.test(file)) ?? '';
  return `${dir}/${name}`;
}

interface Proxy {
  readonly port: number;
  /** Connections that are open stay open, and nothing passes any more; new ones are served. */
  swallow(): void;
  close(): Promise<void>;
}

async function startProxy(target: string): Promise<Proxy> {
  const open = new Set<Socket>();
  const server: Server = createServer((inside) => {
    const outside = connect(target);
    for (const [from, to] of [
      [inside, outside],
      [outside, inside],
    ] as const) {
      open.add(from);
      from.on('error', () => undefined);
      from.pipe(to);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port is free');
  return {
    port: address.port,
    swallow: () => {
      for (const socket of open) socket.unpipe();
    },
    close: async () => {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
