import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import { migrate } from '#server/schema/migrate.ts';
import { setTestEnvironment } from '../test/postgres.ts';
import { seedHistory } from '../test/seed-lists.ts';
import { listLooks } from '../test/list-looks.ts';

/**
 * `node bench/lists.ts [rows]`: every list and every filter of it with a million runs in the database, in ms of the
 * server. Exits 1 when one of them takes longer than the dashboard promises.
 */

const ROWS = Number(process.argv[2] ?? 1_000_000);
const TIMES = 15;
const P95_MS_MAX = 300;

const dataDir = mkdtempSync(join(tmpdir(), 'attune-lists-'));
chmodSync(dataDir, 0o711);
const postgres = await startEmbeddedPostgres({
  dataDir,
  password: randomBytes(16).toString('hex'),
  settings: {
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    shared_buffers: '128MB',
  },
});
try {
  await migrate(postgres.url);
  setTestEnvironment(postgres.url, dataDir);
  await seed();
  process.exitCode = (await measure()) ? 0 : 1;
} finally {
  const { closeDb } = await import('#server/db/prisma.ts');
  const { closePool } = await import('#server/db/pool.ts');
  await closeDb();
  await closePool();
  await postgres.stop();
  rmSync(dataDir, { recursive: true, force: true });
}

async function seed(): Promise<void> {
  const client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  const from = Date.now();
  try {
    await seedHistory({ query: async (text) => (await client.query(text)).rows }, ROWS);
  } finally {
    await client.end();
  }
  process.stdout.write(
    `${ROWS} events, enforcements, runs and acts in ${Math.round((Date.now() - from) / 1_000)} s\n`,
  );
}

async function measure(): Promise<boolean> {
  let isGood = true;
  for (const [name, look] of listLooks()) {
    const took: number[] = [];
    for (let n = 0; n < TIMES; n++) {
      const from = performance.now();
      await look();
      took.push(performance.now() - from);
    }
    const sorted = took.toSorted((a, b) => a - b);
    const p95 = sorted[Math.ceil(TIMES * 0.95) - 1] ?? 0;
    if (p95 > P95_MS_MAX) isGood = false;
    process.stdout.write(
      `${p95 > P95_MS_MAX ? 'SLOW ' : ''}${name}: p50 ${Math.round(sorted[TIMES >> 1] ?? 0)}, p95 ${Math.round(p95)}\n`,
    );
  }
  return isGood;
}
