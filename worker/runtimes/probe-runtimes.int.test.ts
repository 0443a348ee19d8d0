import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { findRuntime, probeRuntimes } from './runtimes.ts';

const directory = mkdtempSync(join(tmpdir(), 'attune-runtimes-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test('finds the shell of this machine and our own Node with their versions', async () => {
  const runtimes = await probeRuntimes(process.execPath);

  expect(runtimes.map(({ name }) => name)).toEqual(['shell', 'python', 'nodejs', 'native']);
  expect(runtimes.find(({ name }) => name === 'nodejs')).toMatchObject({
    available: true,
    version: process.versions.node,
    interpreter: [process.execPath],
  });
  expect(runtimes.find(({ name }) => name === 'shell')?.available).toBe(true);
});

test('lists what is missing with a sentence', async () => {
  const runtimes = await probeRuntimes(join(directory, 'no-node'), directory);

  for (const name of ['shell', 'python', 'nodejs'] as const) {
    const runtime = runtimes.find((one) => one.name === name);
    expect(runtime).toMatchObject({ available: false, version: null });
    expect(runtime?.problem).toMatch(/(found|does not work).*\.$/);
  }
});

test('shows Node the modules that were installed for a pack', async () => {
  mkdirSync(join(directory, 'node_modules'));

  const runtime = findRuntime('node', await probeRuntimes(process.execPath), {
    packDirectory: '/packs/x',
    environmentDirectory: directory,
  });

  const value = join(directory, 'node_modules');
  expect(runtime?.environment).toEqual([{ name: 'NODE_PATH', value, operation: 'set' }]);
});
