import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { Problem } from '#bin/problem.ts';
import { openLog } from './log-file.ts';
import { supervise } from './supervise.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'attune-supervise-'));
afterAll(() => rmSync(dataDir, { recursive: true, force: true }));

/** A supervised shell, and when each of its starts was. */
function run(script: string) {
  const starts: number[] = [];
  const program = supervise({
    name: 'worker',
    log: openLog(dataDir, 'worker'),
    spawn: () => {
      starts.push(performance.now());
      return spawn('sh', ['-c', script], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    },
  });
  onTestFinished(() => program.stop(0));
  return { program, starts };
}

const isGone = (pid: number) => {
  try {
    process.kill(pid, 0);
    return false;
  } catch {
    return true;
  }
};

describe('supervise', () => {
  test('starts a program that was killed again after 1 s, then after 2 s, and knows its new pid', async () => {
    const { program, starts } = run('exec sleep 60');
    program.letLive();
    const died: number[] = [];
    const pids = [program.pid];
    for (const times of [2, 3]) {
      died.push(performance.now());
      process.kill(program.pid ?? 0, 'SIGKILL');
      await expect.poll(() => starts.length, { timeout: 5_000, interval: 20 }).toBe(times);
      pids.push(program.pid);
    }

    const waits = died.map((at, n) => (starts[n + 1] ?? 0) - at);
    expect(waits[0]).toBeGreaterThan(990);
    expect(waits[0]).toBeLessThan(1_900);
    expect(waits[1]).toBeGreaterThan(1_990);
    expect(new Set(pids).size).toBe(3);
  });

  test('tells who waits for it when it dies while it starts, with its last words, and does not start it again', async () => {
    const { program, starts } = run('echo "Error: the port is taken" >&2; exit 3');

    await expect(program.diedYoung).rejects.toThrow(Problem);
    await expect(program.diedYoung).rejects.toThrow(
      /The worker did not start \(exit code 3\).*the port is taken/,
    );
    await delay(1_200);
    expect(starts).toHaveLength(1);
  });

  test('stopped while it waits to start again, starts nothing any more', async () => {
    const { program, starts } = run('exec sleep 60');
    program.letLive();
    const { pid = 0 } = program;
    process.kill(pid, 'SIGKILL');
    await expect.poll(() => isGone(pid)).toBe(true);

    await program.stop(1_000);

    await delay(1_200);
    expect(starts).toHaveLength(1);
  });

  test('stops a program that ignores SIGTERM once the grace is over, with all that it has started', async () => {
    const { program } = run(`trap '' TERM; sleep 61 & echo $!; while :; do sleep 0.1; done`);
    program.letLive();
    const { pid = 0 } = program;
    await delay(200); // until it ignores
    const from = performance.now();

    await program.stop(500);

    expect(performance.now() - from).toBeGreaterThan(490);
    expect(isGone(pid)).toBe(true);
    await expect.poll(() => isGone(-pid), { timeout: 2_000 }).toBe(true);
  });
});
