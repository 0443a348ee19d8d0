import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { HELPER_ENVIRONMENT } from './inside/programs.ts';

const ENTRIES = { host: './inside/main.ts', watchdog: './inside/watchdog.ts' };

/** The files of the built programs in their directory. */
export const HOST_PROGRAM = 'process-host.mjs';
export const WATCHDOG_PROGRAM = 'watchdog.mjs';

/**
 * Makes each program of the host one file of JavaScript. Node could run the TypeScript as it is,
 * but its type stripper stays in memory (18 MB), and the larger a process, the longer each of its
 * starts takes: measured at a third to the double.
 */
export function buildHostPrograms(directory: string): void {
  build(ENTRIES.host, join(directory, HOST_PROGRAM));
  build(ENTRIES.watchdog, join(directory, WATCHDOG_PROGRAM));
}

function build(entry: string, outfile: string): void {
  // Not by its library, which leaves a process behind that has our environment for as long as we live.
  execFileSync(
    findBundler(),
    [
      fileURLToPath(new URL(entry, import.meta.url)),
      `--outfile=${outfile}`,
      '--bundle',
      '--platform=node',
      '--format=esm',
      '--target=node24',
      '--log-level=error',
    ],
    { env: HELPER_ENVIRONMENT, stdio: ['ignore', 'ignore', 'pipe'] },
  );
}

/** The program itself: what `esbuild` brings in its place may be a script. */
function findBundler(): string {
  const require = createRequire(import.meta.resolve('esbuild'));
  return require.resolve(`@esbuild/${process.platform}-${process.arch}/bin/esbuild`);
}
