import type { Command } from 'commander';
import { newKey, readKeyFile, writeKeyFile } from '#bin/data/encryption-keys.ts';
import { releaseLock, takeLock } from '#bin/data/file-lock.ts';
import { addMadeSecrets } from '#bin/data/made-secrets.ts';
import { withDatabase } from '#bin/data/provide-database.ts';
import { Problem } from '#bin/problem.ts';
import { complain, say, step } from '#bin/screen.ts';
import { secrets } from '#bin/secrets.ts';
import { loadSettings, type Settings } from '#bin/settings.ts';
import { closePlumbing } from '#bin/start/prepare-database.ts';
import { checkSchema } from '#server/schema/check-schema.ts';

export function addKeysCommand(program: Command): void {
  const keys = program.command('keys').description('look after the keys that encrypt secrets');
  keys
    .command('rotate')
    .description(
      'encrypt every stored secret with a new key; works while Attune runs, and may be repeated',
    )
    .action(rotate);
}

/** Exits with 1 while older keys are still needed. */
async function rotate(): Promise<void> {
  const settings = loadSettings();
  const { keyFile } = addMadeSecrets(settings.dataDir);
  const lock = `${settings.dataDir}/keys-rotate.lock`;
  const holder = takeLock(lock, {});
  if (holder !== null)
    throw new Problem(
      `Process ${holder.pid} rotates the keys already; wait for it.`,
      'rotate-keys',
    );
  try {
    await rotateIn(settings, keyFile);
  } finally {
    releaseLock(lock);
  }
}

async function rotateIn(settings: Settings, keyFile: string | null): Promise<void> {
  if (keyFile !== null) addKey(keyFile);
  else requireOldKey();
  const isComplete = await withDatabase(settings, async (url) => {
    await checkSchema(url);
    try {
      const { rotateSecrets } = await import('#server/secrets/rotate.ts');
      const { changed, unreadable, complete } = await step('Encrypting anew', () =>
        rotateSecrets(),
      );
      say(`  ${changed} secrets are encrypted with the new key.`);
      if (unreadable > 0)
        complain(
          `  ${unreadable} could be read by none of the keys, and are as they were: see the log above.`,
        );
      return complete;
    } finally {
      await closePlumbing();
    }
  });
  if (!isComplete) {
    complain('attune: something still needs the old key, so it stays. Run this again later.');
    process.exitCode = 1;
  } else if (keyFile === null)
    say('  Nothing needs the old key any more: take it out of your settings.');
  else {
    writeKeyFile(keyFile, readKeyFile(keyFile).slice(0, 1));
    say('  Nothing needs the old key any more: it is deleted. Back up anew.');
  }
}

/** Web and worker read the file when they meet a row of a key that they do not know, and before they write. */
function addKey(file: string): void {
  const keys = readKeyFile(file);
  if (keys.length > 1) return say('  A rotation was interrupted, and goes on.');
  writeKeyFile(file, [newKey(), ...keys]);
}

function requireOldKey(): void {
  if (secrets()['ATTUNE_ENCRYPTION_KEY_OLD'] !== undefined) return;
  throw new Problem(
    'The encryption key is yours to make: give the new one as ATTUNE_ENCRYPTION_KEY and the present one as ATTUNE_ENCRYPTION_KEY_OLD, restart every process, and run this again.',
    'rotate-keys',
  );
}
