import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import { closePool } from '#server/db/pool.ts';
import { createQueues } from '#server/queue/queue.ts';
import { migrate } from '#server/schema/migrate.ts';
import { query, setTestEnvironment, TEMPLATE, urlOf } from './postgres.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** An administrator's address of the server that all integration tests share. */
    postgresUrl: string;
  }
}

/** A crash of the test machine may lose the tests' data. */
const CARELESS = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** One real Postgres for all files, with a migrated database to clone. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'attune-int-'));
  chmodSync(dataDir, 0o711); // Postgres' user has to pass
  let stop = async (): Promise<void> => undefined;
  const teardown = async () => {
    await stop();
    rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const postgres = await startEmbeddedPostgres({
      dataDir,
      password: randomBytes(16).toString('hex'),
      settings: { ...CARELESS, max_connections: '300', shared_buffers: '128MB' },
    });
    stop = postgres.stop;
    await makeTemplate(postgres.url, dataDir);
    project.provide('postgresUrl', postgres.url);
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

async function makeTemplate(adminUrl: string, dataDir: string): Promise<void> {
  await query(adminUrl, `create database ${TEMPLATE}`);
  const url = urlOf(TEMPLATE, adminUrl);
  await migrate(url);
  setTestEnvironment(url, dataDir);
  await createQueues();
  await closePool(); // a template can only be cloned while nobody is connected
}
