import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { addSecrets, type Secrets, splitSecrets } from './secrets.ts';

/** Names the file in which the process that we were hands its secrets to the one that we are. */
const HANDOVER = 'ATTUNE_HANDOVER_FILE';

/**
 * Moves secrets out of this process's environment. `/proc/<pid>/environ` keeps what a process was started with,
 * whatever it deletes later, so the process starts itself anew, same pid, with a clean one. Descriptors above 2 do not
 * survive that: the secrets go through a 0600 file that is gone a moment later.
 */
export function scrubEnvironment(): void {
  receiveHandover();
  const { secrets, rest } = splitSecrets(process.env);
  if (Object.keys(secrets).length === 0) return;
  if (process.execve !== undefined) {
    const file = join(mkdtempSync(join(tmpdir(), 'attune-handover-')), 'secrets.json');
    writeFileSync(file, JSON.stringify(secrets), { mode: 0o600 });
    silenceExperimentalWarning();
    const argv = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
    process.execve(process.execPath, argv, { ...rest, [HANDOVER]: file });
  }
  // No execve on this system: at least no child inherits them.
  for (const name of Object.keys(secrets)) delete process.env[name];
  addSecrets(secrets);
}

function receiveHandover(): void {
  const file = process.env[HANDOVER];
  if (file === undefined) return;
  delete process.env[HANDOVER];
  addSecrets(JSON.parse(readFileSync(file, 'utf8')) as Secrets);
  rmSync(dirname(file), { recursive: true, force: true });
}

function silenceExperimentalWarning(): void {
  process.emitWarning = () => undefined;
}
