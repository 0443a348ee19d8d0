import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { findLauncher } from '#bin/data/launcher-lock.ts';
import { isAlive } from '#bin/data/process-identity.ts';
import { ROOT } from '#bin/paths.ts';
import { postgresPidsOf } from '#bin/postgres/processes.ts';
import { makeDataDir, untilEnd } from '#test/launcher/run.ts';

test("SIGTERM to npm's own process ends everything that npm start started", async () => {
  const own = makeDataDir();
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    env: {
      PATH: process.env['PATH'], // and not the address of the tests' own database
      HOME: process.env['HOME'],
      NODE_ENV: 'production',
      ATTUNE_CONFIG_FILE: '/dev/null',
      ATTUNE_DATA_DIR: own,
      PORT: '0',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = untilEnd(npm);
  onTestFinished(async () => {
    npm.kill('SIGTERM');
    await ended;
  });
  const postgres = () => postgresPidsOf(join(own, 'postgres/cluster'));
  await expect.poll(() => findLauncher(own)?.socketDir, { timeout: 25_000 }).toBeDefined();
  const launcher = findLauncher(own);
  expect(postgres()).not.toEqual([]);

  npm.kill('SIGTERM');
  await ended;
  await expect.poll(() => findLauncher(own), { timeout: 15_000 }).toBeNull();
  expect(launcher !== null && isAlive(launcher)).toBe(false);
  await expect.poll(postgres, { timeout: 15_000 }).toEqual([]);
  rmSync(own, { recursive: true, force: true });
}, 60_000);
