import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Problem } from '#bin/problem.ts';
import { addSecrets, secrets } from '#bin/secrets.ts';
import { readLines } from '#server/secrets/keyring.ts';

const KEY_CHARS_MIN = 32;
const COMMAND_MS_MAX = 30_000;

/**
 * Adds the keys that encrypt secrets: those of the settings, of a command, of a file that the operator names, or of
 * the one that is made once in the data directory.
 *
 * @param made makes the last of these if need be, and says where it is
 * @returns the file, if they come from one: only there can they be changed
 */
export function addEncryptionKeys(made: () => string): string | null {
  const command = process.env['ATTUNE_ENCRYPTION_KEY_COMMAND'] ?? '';
  const named = process.env['ATTUNE_ENCRYPTION_KEY_FILE'] ?? '';
  if (secrets()['ATTUNE_ENCRYPTION_KEY'] !== undefined) return named === '' ? null : named;
  if (command !== '') {
    addKeys(readLines(outputOf(command)), 'ATTUNE_ENCRYPTION_KEY_COMMAND');
    return null;
  }
  const file = named === '' ? made() : named;
  if (!existsSync(file))
    throw new Problem(
      `ATTUNE_ENCRYPTION_KEY_FILE names ${file}, which does not exist; correct the path.`,
      'wrong-setting',
    );
  addKeys(readKeyFile(file), file);
  process.env['ATTUNE_ENCRYPTION_KEY_FILE'] = file; // web and worker look there again
  return file;
}

export const readKeyFile = (file: string): string[] => readLines(readFileSync(file, 'utf8'));

/** Whole or not at all: nobody reads half a file, and a crash leaves the one before. */
export function writeKeyFile(file: string, keys: readonly string[]): void {
  const half = `${file}.${process.pid}`;
  writeFileSync(half, `${keys.join('\n')}\n`, { mode: 0o600, flush: true });
  renameSync(half, file);
}

export const newKey = (): string => randomBytes(32).toString('hex');

function addKeys([newest = '', ...older]: readonly string[], from: string): void {
  if (newest.length < KEY_CHARS_MIN)
    throw new Problem(
      `${from} gives no encryption key of at least ${KEY_CHARS_MIN} characters; mend it.`,
      'wrong-setting',
    );
  addSecrets({
    ATTUNE_ENCRYPTION_KEY: newest,
    ...(older.length > 0 && { ATTUNE_ENCRYPTION_KEY_OLD: older.join('\n') }),
  });
}

function outputOf(command: string): string {
  try {
    return execFileSync('/bin/sh', ['-c', command], {
      encoding: 'utf8',
      timeout: COMMAND_MS_MAX,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  } catch (error) {
    throw new Problem(
      'ATTUNE_ENCRYPTION_KEY_COMMAND failed; run it by hand to see why.',
      'wrong-setting',
      { cause: error instanceof Error ? error.name : undefined }, // the error itself holds what it printed
    );
  }
}
