import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '#bin/postgres/embedded.ts';
import { createQueues } from '#server/queue/queue.ts';
import { migrate } from '#server/schema/migrate.ts';
import { setTestEnvironment } from './postgres.ts';

/** A Postgres of one test file's own, which may stop and start it; this process is pointed at it. */
export interface OwnPostgres {
  readonly url: string;
  /** The postmaster, or what started it. */
  readonly pid: number;
  stop(): Promise<void>;
  /** Comes back at the same address with the same data. */
  start(): Promise<void>;
  /** Stops it for good and removes it. */
  remove(): Promise<void>;
}

export async function ownPostgres(
  settings: Readonly<Record<string, string>> = {},
): Promise<OwnPostgres> {
  const dataDir = mkdtempSync(join(tmpdir(), 'attune-own-'));
  chmodSync(dataDir, 0o711); // Postgres' user has to pass
  const password = randomBytes(16).toString('hex');
  const begin = () => startEmbeddedPostgres({ dataDir, password, settings: { ...settings } });
  let server: EmbeddedPostgres = await begin();
  setTestEnvironment(server.url, dataDir);
  await migrate(server.url);
  await createQueues();
  return {
    url: server.url,
    get pid() {
      return server.child.pid ?? 0;
    },
    stop: () => server.stop(),
    start: async () => {
      server = await begin();
    },
    remove: async () => {
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
