import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { getExecution } from '#server/executions/service.ts';
import { installFiles } from '#server/packs/install-files.ts';
import { OldPackCopies } from '#server/packs/old-copies.ts';
import { digestOf, readPackFiles } from '#server/packs/read-files.ts';
import { deletePack, loadPack } from '#server/packs/service.ts';
import { userWho } from '#test/actors.ts';
import { claimOne } from '#test/attempts.ts';
import { ada, ask } from '#test/executions.ts';
import { aRunningWorker, type TestWorker } from '#test/worker.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const KINDS = ['packs', 'pack-sources'];

let worker: TestWorker;
beforeAll(async () => {
  worker = await aRunningWorker();
});
afterAll(() => worker[Symbol.asyncDispose]());

const placesOf = (ref: string, digest: string): string[] =>
  KINDS.map((kind) => join(config().ATTUNE_DATA_DIR, kind, ref, digest));

/** In how many of the two places a copy lies. */
const countOf = ({ ref, digest }: { readonly ref: string; readonly digest: string }): number =>
  placesOf(ref, digest).filter((path) => existsSync(path)).length;

/** A pack that can be installed in many versions. */
function aPack(ref: string, action = 'echo honest') {
  const source = mkdtempSync(join(tmpdir(), 'attune-pack-'));
  onTestFinished(() => rmSync(source, { recursive: true }));
  const write = (version: number) => {
    const files: Record<string, string> = {
      'pack.yaml': `ref: ${ref}\nlabel: ${ref}\nversion: ${version}.0.0\n`,
      'actions/go.yaml': `ref: ${ref}.go\nrunner_type: shell\nentry_point: go.sh\n`,
      'actions/go.sh': `${action}; echo version ${version}\n`,
    };
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(source, path)), { recursive: true });
      writeFileSync(join(source, path), text);
    }
  };
  return {
    ref,
    source,
    write,
    /** @returns the digest, of copies that look as if they were written long ago */
    install: async (version: number): Promise<string> => {
      write(version);
      await loadPack({ kind: 'system', name: 'test' }, source, { force: true, isStandard: false });
      const [row] = await sql.query<{ digest: string }>('select digest from pack where ref = $1', [
        ref,
      ]);
      const digest = row?.digest ?? '';
      for (const path of placesOf(ref, digest)) utimesSync(path, 0, 0);
      return digest;
    },
  };
}

/** What a worker does that looks for the first time, and again after the grace. */
async function afterGrace(copies = new OldPackCopies()): Promise<readonly string[]> {
  await copies.remove(new Date(Date.now() - HOUR_MS));
  return (await copies.remove(new Date())).map(({ digest }) => digest);
}

describe('the copies of a version that was replaced', () => {
  test('go once nothing has used them for an hour, and those of the present one stay', async () => {
    const pack = aPack('replaced');
    const [old, present] = [await pack.install(1), await pack.install(2)];
    const copies = new OldPackCopies();

    await copies.remove(new Date(Date.now() - HOUR_MS));
    await copies.remove(new Date(Date.now() - MINUTE_MS));
    expect(countOf({ ref: pack.ref, digest: old })).toBe(2);

    await copies.remove(new Date());
    expect(countOf({ ref: pack.ref, digest: old })).toBe(0);
    expect(countOf({ ref: pack.ref, digest: present })).toBe(2);
    for (const kind of KINDS)
      expect(readdirSync(join(config().ATTUNE_DATA_DIR, kind, pack.ref))).toEqual([present]);
  });

  test('stay while a run that was started from it goes on; the next one has the new version', async () => {
    // What it waits for lies in its pack, which is all that it sees in a sandbox.
    const pack = aPack('running', 'until [ -e go ]; do sleep 0.05; done');
    const old = await pack.install(1);
    const id = await ask({}, { action_ref: `${pack.ref}.go` });
    const running = worker.run(id);
    await expect
      .poll(() => sql.query('select 1 from environment_snapshot where pack_digest = $1', [old]))
      .toHaveLength(1);
    await pack.install(2);

    expect(await afterGrace()).not.toContain(old);
    writeFileSync(join(placesOf(pack.ref, old)[0] ?? '', 'go'), '');
    await running;

    expect((await getExecution(ada, id)).status).toBe('completed');
    expect(await afterGrace()).not.toContain(old); // it has been touched
    for (const path of placesOf(pack.ref, old)) utimesSync(path, 0, 0);
    expect(await afterGrace()).toContain(old);
  });

  test('stay while a worker has claimed a run of the pack and not yet said from what it starts', async () => {
    const pack = aPack('claimed');
    const old = await pack.install(1);
    const attempt = await claimOne(await ask({}, { action_ref: `${pack.ref}.go` }));
    expect(attempt.pack_digest).toBe(old);
    await pack.install(2);

    expect(await afterGrace()).not.toContain(old);

    await sql.query(`update attempt set status = 'lost', ended_at = now() where id = $1`, [
      attempt.id,
    ]);
    expect(await afterGrace()).toContain(old);
  });

  test('stay when somebody is about to install them again', async () => {
    const pack = aPack('again');
    const old = await pack.install(1);
    await pack.install(2);
    const copies = new OldPackCopies();
    await copies.remove(new Date(Date.now() - HOUR_MS));

    // As far as an installation gets before it writes the pack.
    pack.write(1);
    const files = (await readPackFiles(pack.source)).map((file) => ({
      ...file,
      isExecutable: file.isExecutable || file.path.endsWith('.sh'),
    }));
    expect(digestOf(files)).toBe(old);
    await installFiles({ packRef: pack.ref, digest: old, files });

    await copies.remove(new Date());
    expect(countOf({ ref: pack.ref, digest: old })).toBe(2);
  });

  test('are removed once by workers that share the directory, whichever is faster', async () => {
    const pack = aPack('shared');
    const old = await pack.install(1);
    await pack.install(2);

    const removed = await Promise.all(Array.from({ length: 4 }, () => afterGrace()));

    expect(removed.flat()).toContain(old);
    expect(countOf({ ref: pack.ref, digest: old })).toBe(0);
  });
});

test('the copies of a pack that was deleted go too', async () => {
  const pack = aPack('deleted');
  const digest = await pack.install(1);
  await deletePack(userWho('packs:delete', 'packs:read'), pack.ref);

  expect(await afterGrace()).toContain(digest);
  expect(countOf({ ref: pack.ref, digest })).toBe(0);
});

test('what a worker that died has half removed or half written goes, what is being written stays', async () => {
  const pack = aPack('halves');
  await pack.install(1);
  const at = (name: string) => join(config().ATTUNE_DATA_DIR, 'packs', pack.ref, name);
  const names = ['.00000000000a.gone', '.00000000000b.new', '.00000000000c.new'] as const;
  for (const name of names) {
    mkdirSync(at(name));
    writeFileSync(join(at(name), 'file'), '');
  }
  utimesSync(at(names[1]), 0, 0);

  await new OldPackCopies().remove(new Date());

  expect(names.map((name) => existsSync(at(name)))).toEqual([false, false, true]);
});

test('a version that was installed again after its copies had gone runs as before', async () => {
  const pack = aPack('returned');
  const old = await pack.install(1);
  await pack.install(2);
  expect(await afterGrace()).toContain(old);

  expect(await pack.install(1)).toBe(old);
  const id = await ask({}, { action_ref: `${pack.ref}.go` });
  await worker.run(id);

  expect((await getExecution(ada, id)).status).toBe('completed');
  expect(readFileSync(join(placesOf(pack.ref, old)[1] ?? '', 'actions/go.sh'), 'utf8')).toContain(
    'version 1',
  );
});
