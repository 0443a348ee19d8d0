import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, inject } from 'vitest';
import { query, setTestEnvironment, TEMPLATE, urlOf } from './postgres.ts';

/** Gives each test file a database and a data directory of its own, so that files run in parallel and need no clean-up. */
const adminUrl = inject('postgresUrl');
const database = `attune_test_${randomBytes(6).toString('hex')}`;
const dataDir = mkdtempSync(join(tmpdir(), 'attune-test-'));
chmodSync(dataDir, 0o711);

await query(adminUrl, `create database ${database} template ${TEMPLATE}`);
setTestEnvironment(urlOf(database, adminUrl), dataDir);

afterAll(async () => {
  const { closeQueue } = await import('#server/queue/queue.ts');
  const { closeDb } = await import('#server/db/prisma.ts');
  const { closePool } = await import('#server/db/pool.ts');
  await closeQueue();
  await closeDb();
  await closePool();
  await query(adminUrl, `drop database ${database} with (force)`);
  rmSync(dataDir, { recursive: true, force: true });
});
