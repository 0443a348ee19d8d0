import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ownRunsDirectory } from '../host/owner.ts';
import type { SensorLease } from '#server/sensors/process-repository.ts';

/** The private directory of one sensor process, and what it finds in it. */
export interface RunDirectory extends AsyncDisposable {
  readonly path: string;
  readonly home: string;
  readonly tmpdir: string;
  readonly tokenStatePath: string;
  readonly triggersFile: string;
  /** Replaces a file at once, so that no reader finds half of it. Mode 0600, the sensor's own. */
  write(path: string, content: string): Promise<void>;
}

/**
 * Makes the directory anew; what an earlier process of the sensor left on this machine goes. The generation stands in
 * its name, so that a worker which lost the sensor cannot take the directory away from the one that has it.
 */
export async function makeRunDirectory(
  dataDir: string,
  { sensorId, generation }: SensorLease,
  userId: number | null,
): Promise<RunDirectory> {
  const runs = ownRunsDirectory(dataDir);
  await mkdir(runs, { recursive: true, mode: 0o711 });
  await removeEarlier(runs, sensorId, generation);
  const path = join(runs, `sensor-${sensorId}-${generation}`);
  const home = join(path, 'home');
  const tmpdir = join(path, 'tmp');
  for (const directory of [path, home, tmpdir]) {
    await mkdir(directory);
    await chmod(directory, 0o700);
    if (userId !== null) await chown(directory, userId, userId);
  }
  return {
    path,
    home,
    tmpdir,
    tokenStatePath: join(path, 'token.json'),
    triggersFile: join(path, 'triggers.json'),
    write: async (target, content) => {
      const fresh = `${target}.${randomBytes(4).toString('hex')}`;
      await writeFile(fresh, content, { mode: 0o600, flag: 'wx' });
      if (userId !== null) await chown(fresh, userId, userId);
      await rename(fresh, target);
    },
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }),
  };
}

async function removeEarlier(runs: string, sensorId: number, generation: number): Promise<void> {
  for (const name of await readdir(runs)) {
    const [, sensor, of] = /^sensor-(\d+)-(\d+)$/.exec(name) ?? [];
    if (Number(sensor) === sensorId && Number(of) <= generation)
      await rm(join(runs, name), { recursive: true, force: true });
  }
}
