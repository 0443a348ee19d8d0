import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { cleanEnvironment } from '#bin/children/spawn-node.ts';
import { stopGroup } from '#bin/children/supervise.ts';
import { requireDiskSpace } from '#bin/data/disk.ts';
import { releaseLock, takeLock } from '#bin/data/file-lock.ts';
import { inRoot, ROOT } from '#bin/paths.ts';
import { Problem } from '#bin/problem.ts';
import { complain, step } from '#bin/screen.ts';
import { hashSources } from './source-hash.ts';

const STAMP = inRoot('.next/attune-sources');
const BUILD_ID = inRoot('.next/BUILD_ID');
const LOCK = inRoot('.attune/build.lock');
const LOCK_POLL_MS = 200;
const OUTPUT_CHARS_MAX = 8_000;

/** Builds the dashboard unless the one that is there was made of these sources. */
export async function buildDashboard(signal?: AbortSignal): Promise<void> {
  if (isBuilt()) return;
  requireDiskSpace(ROOT);
  await step('Building the dashboard', async () => {
    mkdirSync(inRoot('.attune'), { recursive: true, mode: 0o711 });
    // Two copies with one clone would write into the same folder.
    while (takeLock(LOCK, {}) !== null) await sleep(LOCK_POLL_MS, undefined, { signal });
    try {
      if (!isBuilt()) await build(signal);
    } finally {
      releaseLock(LOCK);
    }
  });
}

export function isBuilt(): boolean {
  return existsSync(BUILD_ID) && existsSync(STAMP) && readFileSync(STAMP, 'utf8') === hashSources();
}

async function build(signal?: AbortSignal): Promise<void> {
  const sources = hashSources();
  rmSync(STAMP, { force: true });
  // No secret is in reach of a build: what it reads may end up in files that browsers load.
  const child = spawn(process.execPath, [inRoot('node_modules/next/dist/bin/next'), 'build'], {
    cwd: ROOT,
    env: { ...cleanEnvironment(), NEXT_TELEMETRY_DISABLED: '1' },
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = collect(child);
  const stop = () => void stopGroup(child, 0);
  signal?.addEventListener('abort', stop);
  const [code] = (await once(child, 'close')) as [number | null];
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  if (code === 0) return writeFileSync(STAMP, sources);
  complain(output());
  if (/ENOSPC/.test(output())) {
    throw new Problem('The disk is full; free some space and start again.', 'disk-full');
  }
  throw new Problem(
    `The dashboard could not be built (exit code ${code}), see above.`,
    'build-failed',
  );
}

function collect(child: ChildProcess): () => string {
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream
      ?.setEncoding('utf8')
      .on('data', (chunk: string) => (text = (text + chunk).slice(-OUTPUT_CHARS_MAX)));
  }
  return () => text;
}
