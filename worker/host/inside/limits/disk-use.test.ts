import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { diskUse, fileSystemUse } from './disk-use.ts';

test("the host's own files are not a run's, which has them before its eyes until its sandbox stands", async () => {
  expect(await fileSystemUse({ path: '/proc/self/root/tmp', ours: '/tmp' })).toBe(0);
  expect(await fileSystemUse({ path: '/proc/0/root/tmp', ours: '/tmp' })).toBe(0);
});

test('a file system that is another one than ours counts', async () => {
  expect(await fileSystemUse({ path: '/usr', ours: '/proc' })).toBeGreaterThan(0);
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
