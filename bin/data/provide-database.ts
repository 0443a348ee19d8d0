import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { urlOf } from '#bin/postgres/embedded.ts';
import { keepPostgresRunning } from '#bin/postgres/keep-running.ts';
import { step } from '#bin/screen.ts';
import { addSecrets } from '#bin/secrets.ts';
import type { Settings } from '#bin/settings.ts';
import { requireDiskSpace } from './disk.ts';
import { findLauncher, takeLauncherLock } from './launcher-lock.ts';
import { madeSecret } from './made-secrets.ts';
import { describeTarget, probeDatabase } from './probe-database.ts';

const PASSWORD_FILE = 'postgres-password';

export interface Database {
  readonly url: string;
  /** For the screen; without the password. */
  readonly description: string;
  /** Of the embedded one. */
  readonly socketDir: string | null;
  readonly stop: () => Promise<void>;
}

/** The operator's Postgres, or the embedded one, started. Call it with the launcher's lock held. @throws Problem */
export async function provideDatabase({ databaseUrl, dataDir }: Settings): Promise<Database> {
  if (databaseUrl !== null) return await theirs(databaseUrl);
  if (!existsSync(join(dataDir, 'secrets', PASSWORD_FILE))) requireDiskSpace(dataDir);
  const password = madeSecret(dataDir, PASSWORD_FILE);
  const postgres = await step('Starting Postgres', () =>
    keepPostgresRunning({ dataDir, password }),
  );
  addSecrets({ DATABASE_URL: postgres.url });
  const version = await probeDatabase(postgres.url);
  const why = postgres.outside ? ' (its user cannot reach the data directory)' : '';
  return {
    url: postgres.url,
    description: `embedded ${version}, socket ${postgres.socketDir}, files ${postgres.dir}${why}`,
    socketDir: postgres.socketDir,
    stop: postgres.stop,
  };
}

async function theirs(url: string): Promise<Database> {
  const version = await probeDatabase(url);
  return {
    url,
    description: `${describeTarget(url)}, version ${version}`,
    socketDir: null,
    stop: async () => undefined,
  };
}

/**
 * The database for one command: the operator's, that of the launcher which runs here, or the embedded one started for
 * as long as `work` takes. `config()` finds its address.
 */
export async function withDatabase<T>(
  settings: Settings,
  work: (url: string) => Promise<T>,
): Promise<T> {
  const socketDir = findLauncher(settings.dataDir)?.socketDir;
  if (settings.databaseUrl === null && socketDir !== undefined) {
    const url = urlOf(socketDir, madeSecret(settings.dataDir, PASSWORD_FILE));
    addSecrets({ DATABASE_URL: url });
    return await work(url);
  }
  if (settings.databaseUrl !== null) {
    await probeDatabase(settings.databaseUrl);
    return await work(settings.databaseUrl);
  }
  const lock = takeLauncherLock(settings.dataDir);
  try {
    const database = await provideDatabase(settings);
    try {
      return await work(database.url);
    } finally {
      await database.stop();
    }
  } finally {
    lock.release();
  }
}
