import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { addSecrets, secrets } from '#bin/secrets.ts';
import { addEncryptionKeys } from './encryption-keys.ts';

const ENCRYPTION_KEY = 'encryption-key';
const SESSION_SECRET = 'session-secret';

/**
 * Adds the platform's own secrets, each made once per data directory unless the operator gave it.
 *
 * @returns the file of the encryption keys, if they come from one
 */
export function addMadeSecrets(dataDir: string): { keyFile: string | null } {
  if (secrets()['ATTUNE_SESSION_SECRET'] === undefined)
    addSecrets({ ATTUNE_SESSION_SECRET: madeSecret(dataDir, SESSION_SECRET) });
  const keyFile = addEncryptionKeys(() => {
    madeSecret(dataDir, ENCRYPTION_KEY);
    return join(dataDir, 'secrets', ENCRYPTION_KEY);
  });
  return { keyFile };
}

/** A random secret in a 0600 file of its own: 256 bits as hexadecimal digits. */
export function madeSecret(dataDir: string, name: string): string {
  const dir = join(dataDir, 'secrets');
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  chmodSync(dir, 0o700);
  const file = join(dir, name);
  if (!existsSync(file)) write(file, randomBytes(32).toString('hex'));
  return readFileSync(file, 'utf8').trim();
}

/** Whole or not at all, and never over another's: a lost encryption key cannot be made again. */
function write(file: string, secret: string): void {
  const half = `${file}.${process.pid}`;
  writeFileSync(half, `${secret}\n`, { mode: 0o600, flush: true });
  try {
    linkSync(half, file);
  } catch (error) {
    if (!existsSync(file)) throw error;
  } finally {
    rmSync(half, { force: true });
  }
}
