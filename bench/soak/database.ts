import { findLauncher } from '#bin/data/launcher-lock.ts';
import { addMadeSecrets, madeSecret } from '#bin/data/made-secrets.ts';
import { urlOf } from '#bin/postgres/embedded.ts';
import { addSecrets } from '#bin/secrets.ts';
import { log } from '#server/log.ts';

/** Lets this process look into the database of a product that runs on `dataDir`. */
export function openDatabaseOf(dataDir: string): void {
  const socketDir = findLauncher(dataDir)?.socketDir;
  if (socketDir === undefined) throw new Error(`No launcher runs on ${dataDir}`);
  log.level = 'silent'; // an outage is no news here
  addMadeSecrets(dataDir);
  addSecrets({
    DATABASE_URL: urlOf(socketDir, madeSecret(dataDir, 'postgres-password')),
    ATTUNE_DATA_DIR: dataDir,
  });
}
