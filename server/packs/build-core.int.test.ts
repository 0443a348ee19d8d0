import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildCorePack } from './build-core.ts';

const SOURCE = fileURLToPath(new URL('../../packs/core', import.meta.url));

let directory = '';
let pack = '';
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'build-core-'));
  pack = join(directory, 'core');
  const umask = process.umask(0o077);
  await buildCorePack(SOURCE, pack);
  process.umask(umask);
});
afterAll(() => rm(directory, { recursive: true }));

const modeOf = async (path: string): Promise<string> =>
  ((await stat(join(pack, path))).mode & 0o777).toString(8);

describe('the built core pack', () => {
  test('has every file of the sources but those of the sensor', () => {
    const files = (of: string) => globSync('**/*.*', { cwd: of }).toSorted();
    const expected = files(SOURCE).filter((file) => !file.startsWith('sensors/timer/'));
    expect(files(pack)).toEqual([...expected, 'sensors/timer_sensor.mjs'].toSorted());
  });

  test('can be read and run by every user, whatever the umask was', async () => {
    expect(await modeOf('.')).toBe('755');
    expect(await modeOf('actions/lib')).toBe('755');
    expect(await modeOf('pack.yaml')).toBe('644');
    expect(await modeOf('actions/lib/parameters.sh')).toBe('644');
    expect(await modeOf('actions/echo.sh')).toBe('755');
    expect(await modeOf('actions/http_request.mjs')).toBe('755');
  });

  test.each(globSync('{actions,sensors}/*.yaml', { cwd: SOURCE }))(
    'has the program of %s',
    async (file) => {
      const manifest = parse(await readFile(join(pack, file), 'utf8')) as Record<string, string>;
      expect(existsSync(join(pack, dirname(file), String(manifest['entry_point'])))).toBe(true);
    },
  );

  test('has a reference below core. in each of its components', async () => {
    for (const file of globSync('{actions,sensors,triggers,permission_sets}/*.yaml', {
      cwd: pack,
    })) {
      const manifest = parse(await readFile(join(pack, file), 'utf8')) as Record<string, string>;
      expect(`${file} ${manifest['ref']}`).toMatch(/(\w+)\.yaml core\.\1$/);
    }
  });

  test('has a sensor that needs no other file', () => {
    const { status, stderr } = spawnSync(process.execPath, ['sensors/timer_sensor.mjs'], {
      cwd: pack,
      env: {} as NodeJS.ProcessEnv,
      encoding: 'utf8',
    });
    expect(status).toBe(1);
    expect(stderr).toMatch(
      /^\S+ ERROR the timer sensor cannot start: the variable 'ATTUNE_API_URL' is not set/,
    );
    expect(stderr.trim().split('\n')).toHaveLength(1);
  });
});

describe('building again', () => {
  test('leaves a pack that is right as it is, and nothing beside it', async () => {
    const before = await stat(pack);
    await buildCorePack(SOURCE, pack);
    expect((await stat(pack)).ino).toBe(before.ino);
    expect(await readdir(directory)).toEqual(['core']);
  });

  test('mends a pack that was changed', async () => {
    await writeFile(join(pack, 'pack.yaml'), 'broken');
    await writeFile(join(pack, 'stray.txt'), 'left over');
    await chmod(join(pack, 'actions/echo.sh'), 0o600);
    await buildCorePack(SOURCE, pack);

    expect(await readFile(join(pack, 'pack.yaml'), 'utf8')).toContain('ref: core');
    expect(await readdir(pack)).not.toContain('stray.txt');
    expect(await modeOf('actions/echo.sh')).toBe('755');
    expect(await readdir(directory)).toEqual(['core']);
  });

  test('of sources that do not compile leaves the old pack in place', async () => {
    await expect(buildCorePack(join(SOURCE, 'actions'), pack)).rejects.toThrow(/main\.ts/);
    expect(await readFile(join(pack, 'pack.yaml'), 'utf8')).toContain('ref: core');
    expect(await readdir(directory)).toEqual(['core']);
  });
});
