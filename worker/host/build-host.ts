import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';

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
  buildSync({
    entryPoints: [fileURLToPath(new URL(entry, import.meta.url))],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    logLevel: 'silent', // a problem is thrown
  });
}
