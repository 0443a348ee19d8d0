import { execFileSync } from 'node:child_process';
import {
  closeSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskUse, fileSystemUse, namelessUse } from './disk-use.ts';

test("the host's own files are not a run's, which has them before its eyes until its sandbox stands", async () => {
  expect(await fileSystemUse({ path: '/proc/self/root/tmp', ours: '/tmp' })).toBe(0);
  expect(await fileSystemUse({ path: '/proc/0/root/tmp', ours: '/tmp' })).toBe(0);
});

test('a file system that is another one than ours counts', async () => {
  expect(await fileSystemUse({ path: '/usr', ours: '/proc' })).toBeGreaterThan(0);
});

test('what lies deeper than a path may be long counts', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-disk-'));
  try {
    const name = 'd'.repeat(200);
    const script = `cd '${directory}'; for i in $(seq 30); do mkdir ${name}; cd ${name}; done; head -c 100000 /dev/zero > file`;
    execFileSync('bash', ['-c', script]);
    expect(await diskUse(directory)).toBeGreaterThanOrEqual(100_000);
  } finally {
    execFileSync('rm', ['-rf', directory]); // which walks down; Node names whole paths
  }
});

test('a file that was removed counts as long as a process has it open, and once', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-disk-'));
  const file = join(directory, 'file');
  const before = await namelessUse([process.pid], []);
  const [one, other] = [openSync(file, 'w'), openSync(file, 'r')];
  try {
    writeSync(one, Buffer.alloc(100_000, 1));
    fsyncSync(one); // some file systems give it blocks only then
    expect(await namelessUse([process.pid], [])).toBe(before);
    rmSync(directory, { recursive: true });
    const bytes = (await namelessUse([process.pid, process.pid], [])) - before;
    expect(bytes).toBeGreaterThanOrEqual(100_000);
    expect(bytes).toBeLessThan(200_000);
    // Where its whole file system counts, it counts there.
    expect(await namelessUse([process.pid], [{ path: tmpdir(), ours: '/proc' }])).toBe(before);
  } finally {
    for (const fd of [one, other]) closeSync(fd);
  }
  expect(await namelessUse([process.pid, -1], [])).toBe(before);
});

test('of a directory all that is below it counts', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'attune-disk-'));
  try {
    writeFileSync(join(directory, 'file'), Buffer.alloc(100_000, 1));
    expect(await diskUse(directory)).toBeGreaterThanOrEqual(100_000);
    expect(await diskUse(join(directory, 'gone'))).toBe(0);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
