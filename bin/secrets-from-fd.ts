import { closeSync, readFileSync } from 'node:fs';

/**
 * `node --import ./bin/secrets-from-fd.ts …`: takes the secrets that the launcher wrote to descriptor 3 (or, for
 * programs that fork before they start, to a 0600 file) and keeps them beside the environment for `config()`.
 */
const source =
  process.env['ATTUNE_SECRETS_FILE'] ?? (process.env['SECRETS_FD'] === '3' ? 3 : undefined);

if (source !== undefined) {
  delete process.env['SECRETS_FD']; // what this process forks must not read again
  const text = readFileSync(source, 'utf8');
  if (source === 3) closeSync(3);
  Reflect.set(globalThis, Symbol.for('attune.secrets'), JSON.parse(text));
}

// Where there is no setpriv the kernel does not end us with the launcher: look every second whose child we are.
if (process.env['ATTUNE_WATCH_PARENT'] === '1') {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, 1_000).unref();
}
