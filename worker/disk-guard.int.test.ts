import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, rmdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { DiskGuard } from './disk-guard.ts';

const MIB = 1024 * 1024;

/** A disk whose room the test sets. */
function disk(mib: number) {
  const state = { mib, isGone: false, asked: 0 };
  const statfs = async () => {
    state.asked += 1;
    if (state.isGone) throw Object.assign(new Error('no such directory'), { code: 'ENOENT' });
    return { bavail: state.mib * 256, bsize: 4096 };
  };
  return { state, statfs };
}

describe('DiskGuard', () => {
  test('says no below the limit, and yes only when there is a tenth more than that', async () => {
    const { state, statfs } = disk(600);
    using guard = await DiskGuard.start({
      directory: '/x',
      minBytes: 500 * MIB,
      statfs,
      lookMs: 5,
    });
    const changes: boolean[] = [];
    guard.onChange(() => changes.push(guard.isLow()));
    expect([guard.isLow(), guard.reason]).toEqual([false, null]);

    state.mib = 499;
    await expect.poll(() => guard.isLow()).toBe(true);
    expect(guard.reason).toBe(
      'The disk of the data directory has 499.0 MiB left, and 500.0 MiB are needed: nothing new is started until some space is freed.',
    );

    state.mib = 520;
    await expect.poll(() => guard.freeBytes).toBe(520 * MIB);
    expect(guard.isLow()).toBe(true);

    state.mib = 551;
    await expect.poll(() => guard.isLow()).toBe(false);
    expect(changes).toEqual([true, false]);
  });

  test('knows it from the first moment on', async () => {
    const { statfs } = disk(10);
    using guard = await DiskGuard.start({ directory: '/x', minBytes: 500 * MIB, statfs });
    expect(guard.isLow()).toBe(true);
  });

  test('stays as it was while the disk cannot be asked', async () => {
    const { state, statfs } = disk(10);
    using guard = await DiskGuard.start({
      directory: '/x',
      minBytes: 500 * MIB,
      statfs,
      lookMs: 5,
    });
    state.isGone = true;
    state.mib = 900;
    const { asked } = state;
    await expect.poll(() => state.asked).toBeGreaterThan(asked + 2);
    expect(guard.isLow()).toBe(true);

    state.isGone = false;
    await expect.poll(() => guard.isLow()).toBe(false);
  });
});

const mountPoint = mkdtempSync(join(tmpdir(), 'attune-disk-'));
const isMounted = mount();
afterAll(() => {
  if (isMounted) execFileSync('umount', [mountPoint]);
  rmdirSync(mountPoint);
});

/** Only root may; elsewhere a full disk cannot be had without filling a real one. */
function mount(): boolean {
  try {
    const args = ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', mountPoint];
    execFileSync('mount', args, { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

test.runIf(isMounted)('sees a real disk fill up, and what was freed', async () => {
  using guard = await DiskGuard.start({ directory: mountPoint, minBytes: 4 * MIB, lookMs: 20 });
  expect(guard.isLow()).toBe(false);

  writeFileSync(join(mountPoint, 'big'), Buffer.alloc(6 * MIB));
  await expect.poll(() => guard.isLow()).toBe(true);

  rmSync(join(mountPoint, 'big'));
  await expect.poll(() => guard.isLow()).toBe(false);
});
