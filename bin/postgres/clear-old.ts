import { rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '#bin/problem.ts';
import { findPostmaster, postgresPidsOf } from './processes.ts';

const STOP_TIMEOUT_MS = 20_000;
const POLL_MS = 20;

/**
 * Ends what an earlier launcher left behind: its server (cleanly), and backends whose server was killed, which would
 * otherwise hold the shared memory and keep a new server from starting. Call it only with the launcher's lock held.
 */
export async function clearOld(cluster: string): Promise<void> {
  const postmaster = findPostmaster(cluster);
  if (postmaster !== null) {
    process.kill(postmaster, 'SIGINT');
    await untilGone(cluster, postmaster);
  }
  for (const pid of postgresPidsOf(cluster)) kill(pid);
  // May name a recycled pid that is no Postgres, and the server would believe it.
  rmSync(`${cluster}/postmaster.pid`, { force: true });
}

async function untilGone(cluster: string, pid: number): Promise<void> {
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  while (findPostmaster(cluster) === pid) {
    if (Date.now() > deadline) {
      throw new Problem(
        `An earlier Postgres (process ${pid}) does not stop; end it with 'kill -9 ${pid}' and start again.`,
        'postgres-does-not-stop',
      );
    }
    await sleep(POLL_MS);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // ended by itself in the meantime
  }
}
