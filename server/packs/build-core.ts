import { randomBytes } from 'node:crypto';
import { chmod, cp, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, relative } from 'node:path';

/** TypeScript of the timer sensor, below the pack; bundled, never copied. */
const SENSOR_SOURCES = join('sensors', 'timer');
const SENSOR_BUNDLE = join('sensors', 'timer_sensor.mjs');

/**
 * Writes the core pack as it is installed: its files, and the timer sensor bundled with its
 * libraries into one file, since a sensor cannot see our `node_modules`. Scripts (what begins with
 * `#!`) become 0755, other files 0644.
 *
 * Built beside the target and renamed, so that a reader never finds half a pack. A target that is
 * already right is left alone.
 */
export async function buildCorePack(
  sourceDirectory: string,
  targetDirectory: string,
): Promise<void> {
  const name = `.${basename(targetDirectory)}-${randomBytes(6).toString('hex')}`;
  const fresh = join(dirname(targetDirectory), `${name}.new`);
  const old = join(dirname(targetDirectory), `${name}.old`);
  await mkdir(dirname(targetDirectory), { recursive: true });
  try {
    await cp(sourceDirectory, fresh, {
      recursive: true,
      filter: (path) => relative(sourceDirectory, path) !== SENSOR_SOURCES,
    });
    await bundleSensor(sourceDirectory, join(fresh, SENSOR_BUNDLE));
    await setModes(fresh);
    if ((await describe(fresh)) === (await describe(targetDirectory))) return;
    await moveAway(targetDirectory, old);
    await rename(fresh, targetDirectory);
  } finally {
    await rm(fresh, { recursive: true, force: true });
    await rm(old, { recursive: true, force: true });
  }
}

async function bundleSensor(sourceDirectory: string, file: string): Promise<void> {
  const { build } = await import('esbuild'); // costs a process: only who builds pays
  await build({
    entryPoints: [join(sourceDirectory, SENSOR_SOURCES, 'main.ts')],
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    charset: 'utf8',
    legalComments: 'inline',
    logLevel: 'silent', // what is wrong is in the error
    // `ws` is CommonJS and asks for Node's own modules by `require`.
    banner: {
      js: "import { createRequire } from 'node:module';\nconst require = createRequire(import.meta.url);",
    },
    // Optional native helpers of `ws`, which we do not ship.
    define: { 'process.env.WS_NO_BUFFER_UTIL': '"1"', 'process.env.WS_NO_UTF_8_VALIDATE': '"1"' },
    external: ['bufferutil', 'utf-8-validate'],
    tsconfigRaw: {},
  });
}

/** Independent of the umask, and of what the checkout made of the modes. */
async function setModes(directory: string): Promise<void> {
  for (const entry of await readdir(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(path, 0o755);
    else await chmod(path, (await isScript(path)) ? 0o755 : 0o644);
  }
  await chmod(directory, 0o755);
}

const isScript = async (path: string): Promise<boolean> =>
  (await readFile(path)).subarray(0, 2).toString('latin1') === '#!';

/** Everything below a directory as one text to compare; empty when it is not there. */
async function describe(directory: string): Promise<string> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true }).catch(
    ifMissing([]),
  );
  const lines = await Promise.all(
    entries.map(async (entry) => {
      const path = join(entry.parentPath, entry.name);
      const { mode } = await stat(path);
      const content = entry.isFile() ? await readFile(path, 'base64') : '';
      return `${relative(directory, path)} ${mode.toString(8)} ${content}`;
    }),
  );
  return lines.toSorted().join('\n');
}

const moveAway = (from: string, to: string): Promise<void> =>
  rename(from, to).catch(ifMissing(undefined));

function ifMissing<T>(value: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code === 'ENOENT') return value;
    throw error;
  };
}
