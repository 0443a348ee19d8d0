import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { loadPack } from '#server/packs/service.ts';
import { ask } from '#test/executions.ts';
import { aRunningWorker, type TestWorker } from '#test/worker.ts';
import { KINDS_TRIED, ownWays } from '../host/conformance/ways.ts';
import { PackCopies } from './pack-copies.ts';

/** What bash would read of a home, were it asked to, and whether it was. */
const HOME = `ls -A "$HOME"
for name in .bashrc .bash_profile .profile .bash_login; do echo 'echo sourced' > "$HOME/$name"; done
tr '\\0' ' ' < /proc/$$/cmdline | cut -d ' ' -f 1-3
`;

const SPOIL = `{
  echo honest
  cp actions/spoil.sh "$HOME/before"
  echo 'echo evil' > actions/spoil.sh
  echo 'evil = 1' > lib/planted.py
  exit 0
}
`;

/** @returns what the pack has in the database, and where it lies */
async function aPack(ref: string) {
  const source = mkdtempSync(join(tmpdir(), 'attune-pack-'));
  onTestFinished(() => rmSync(source, { recursive: true }));
  const files: Record<string, string> = {
    'pack.yaml': `ref: ${ref}\nlabel: ${ref}\nversion: 1.0.0\n`,
    'actions/spoil.yaml': `ref: ${ref}.spoil\nrunner_type: shell\nentry_point: spoil.sh\n`,
    'actions/spoil.sh': SPOIL, // not executable here, and yet run
    'actions/home.yaml': `ref: ${ref}.home\nrunner_type: shell\nentry_point: home.sh\n`,
    'actions/home.sh': HOME,
    'actions/import.yaml': `ref: ${ref}.import\nrunner_type: python\nentry_point: import.py\n`,
    'actions/import.py': 'import good\nprint(good.good)\n',
    'lib/good.py': 'good = 1\n',
    'lib/deep/er.py': 'deeper = 1\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  const load = () =>
    loadPack({ kind: 'system', name: 'test' }, source, { force: true, isStandard: false });
  await load();
  const [row] = await sql.query<{ digest: string; storage_path: string }>(
    'select digest, storage_path from pack where ref = $1',
    [ref],
  );
  if (row === undefined) throw new Error(`no pack ${ref}`);
  const at = (path: string) => join(row.storage_path, path);
  return { ref, digest: row.digest, directory: row.storage_path, at, load };
}

type Pack = Awaited<ReturnType<typeof aPack>>;

const wholenessOf = (copies: PackCopies, { directory, ref, digest }: Pack) =>
  copies.makeWhole(directory, ref, digest);

/** Writes without that size or time of the file show it. */
function writeUnseen(path: string, text: string): void {
  const { atime, mtime, size } = statSync(path);
  writeFileSync(path, text.padEnd(size).slice(0, size));
  utimesSync(path, atime, mtime);
}

const MISCHIEFS: readonly [string, string, (pack: Pack) => void][] = [
  ['another content of the same size and time', 'lib/good.py', ({ at }) => writeUnseen(at('lib/good.py'), 'evil')],
  ['a program that is none any more', 'actions/spoil.sh', ({ at }) => chmodSync(at('actions/spoil.sh'), 0o644)],
  ['a module that was planted', 'lib/json.py', ({ at }) => writeFileSync(at('lib/json.py'), 'evil = 1')],
  ['bytecode that would be trusted', 'lib/__pycache__', ({ at }) => { mkdirSync(at('lib/__pycache__')); writeFileSync(at('lib/__pycache__/good.pyc'), 'evil'); }],
  ['a file that is gone', 'lib/deep/er.py', ({ at }) => rmSync(at('lib/deep/er.py'))],
  ['a file turned into a link', 'lib/good.py', ({ at }) => { rmSync(at('lib/good.py')); symlinkSync('/etc/passwd', at('lib/good.py')); }],
  ['a directory turned into a link', 'lib/deep', ({ at }) => { renameSync(at('lib/deep'), at('lib/moved')); symlinkSync('moved', at('lib/deep')); }],
  ['a file turned into a directory', 'lib/good.py', ({ at }) => { rmSync(at('lib/good.py')); mkdirSync(at('lib/good.py')); }],
  ['a file larger than any pack may be', 'lib/good.py', ({ at }) => truncateSync(at('lib/good.py'), 2 ** 40)],
  ['a directory that is closed', 'lib', ({ at }) => chmodSync(at('lib'), 0)],
  ['a pack that is gone as a whole', '', ({ directory }) => rmSync(directory, { recursive: true })],
]; // prettier-ignore

describe('the files of a pack', () => {
  test.each(MISCHIEFS)('%s: put back, and named', async (_title, path, spoil) => {
    const pack = await aPack(`p${MISCHIEFS.findIndex(([, , one]) => one === spoil)}`);
    const copies = new PackCopies('none');
    expect(await wholenessOf(copies, pack)).toEqual([]);

    spoil(pack);
    const paths = await wholenessOf(copies, pack);

    // A pack that is gone is written as a whole: nothing of it was changed.
    expect(paths.includes(path)).toBe(path !== '');
    expect(readFileSync(pack.at('lib/good.py'), 'utf8')).toBe('good = 1\n');
    expect(readFileSync(pack.at('lib/deep/er.py'), 'utf8')).toBe('deeper = 1\n');
    expect(statSync(pack.at('actions/spoil.sh')).mode & 0o777).toBe(0o755);
    expect(existsSync(pack.at('lib/json.py'))).toBe(false);
    expect(await wholenessOf(copies, pack)).toEqual([]);
  });

  test('a change is also noticed where the files had been read long before', async () => {
    const pack = await aPack('settled');
    const copies = new PackCopies('none');
    await delay(1_100); // beyond what is taken for too fresh to be sure of
    await wholenessOf(copies, pack);

    writeUnseen(pack.at('lib/good.py'), 'evil');

    expect(await wholenessOf(copies, pack)).toEqual(['lib/good.py']);
  });

  test('when the copy that is put back from was spoiled too, nothing is run until the pack is registered again', async () => {
    const pack = await aPack('both');
    const copies = new PackCopies('none');
    const kept = join(config().ATTUNE_DATA_DIR, 'pack-sources', pack.ref, pack.digest);
    expect(statSync(kept).mode & 0o777).toBe(0o700);
    for (const directory of [pack.directory, kept])
      writeFileSync(join(directory, 'lib/good.py'), 'evil = 1\n');

    await expect(wholenessOf(copies, pack)).rejects.toThrow(/Register the pack again\.$/);
    await pack.load();

    expect(await wholenessOf(copies, pack)).toEqual([]);
    expect(readFileSync(pack.at('lib/good.py'), 'utf8')).toBe('good = 1\n');
  });

  test('a pack that came without a copy to put back from gets one while it is good', async () => {
    const pack = await aPack('restored');
    const copies = new PackCopies('none');
    rmSync(join(config().ATTUNE_DATA_DIR, 'pack-sources'), { recursive: true });
    await wholenessOf(copies, pack);

    writeFileSync(pack.at('lib/good.py'), 'evil = 1\n');

    expect(await wholenessOf(copies, pack)).toEqual(['lib/good.py']);
  });
});

describe.each(ownWays())('under %s', (way) => {
  const isSandbox = way === 'bwrap';
  let worker: TestWorker;
  beforeAll(async () => {
    worker = await aRunningWorker(KINDS_TRIED[way]);
  });
  afterAll(() => worker[Symbol.asyncDispose]());

  test('a run that overwrites the script of its pack does not change the next one', async () => {
    const pack = await aPack(`w_${way.replaceAll('-', '_')}`);
    // Closed to the user of a slot: without a sandbox it then runs as the worker's own, who may write there.
    chmodSync(dirname(pack.directory), 0o700);
    const runs = await runTwice(worker, `${pack.ref}.spoil`);

    expect(runs.map(({ stdout }) => stdout)).toEqual(['honest\n', 'honest\n']);
    // In a sandbox it could not; elsewhere it could, and the next one says what was put back.
    expect(runs.map(({ stderr }) => /Read-only file system/.test(stderr))).toEqual(
      Array.from({ length: 2 }, () => isSandbox),
    );
    expect(readFileSync(pack.at('actions/spoil.sh'), 'utf8')).toBe(
      isSandbox ? SPOIL : 'echo evil\n',
    );
    expect(runs.map(({ system }) => system.includes('"actions/spoil.sh"'))).toEqual([
      false,
      !isSandbox,
    ]);
  });

  test('a Python action that imports from its pack leaves nothing there', async () => {
    const pack = await aPack(`py_${way.replaceAll('-', '_')}`);
    chmodSync(dirname(pack.directory), 0o700);
    const runs = await runTwice(worker, `${pack.ref}.import`);

    expect(runs).toEqual(runs.map(() => ({ stdout: '1\n', stderr: '', system: '' })));
    expect(existsSync(pack.at('lib/__pycache__'))).toBe(false);
  });

  test('every run has an empty home, and its shell reads nothing before the script', async () => {
    const pack = await aPack(`h_${way.replaceAll('-', '_')}`);
    const runs = await runTwice(worker, `${pack.ref}.home`);

    for (const { stdout } of runs) expect(stdout).toMatch(/^\/\S+\/bash --noprofile --norc\n$/);
  });
});

/** One after the other, in the same slot. */
async function runTwice(worker: TestWorker, action_ref: string) {
  const runs: Awaited<ReturnType<typeof told>>[] = [];
  for (let i = 0; i < 2; i++) {
    const id = await ask({}, { action_ref });
    await worker.run(id);
    runs.push(await told(id));
  }
  return runs;
}

async function told(id: number) {
  const rows = await sql.query<{ stream: string; content: Buffer }>(
    'select stream, content from log_chunk where execution_id = $1 order by seq',
    [id],
  );
  const of = (name: string) =>
    Buffer.concat(
      rows.filter(({ stream }) => stream === name).map(({ content }) => content),
    ).toString();
  return { stdout: of('stdout'), stderr: of('stderr'), system: of('system') };
}
