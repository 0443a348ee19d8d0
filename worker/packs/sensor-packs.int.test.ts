import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { announce } from '#server/live/announce.ts';
import { OldPackCopies } from '#server/packs/old-copies.ts';
import { loadPack } from '#server/packs/service.ts';
import { logOf, PATIENCE, processOf, statusOf, supervise } from '#test/sensor-processes.ts';
import { aRuleOf, type SensorFixture } from '#test/sensors.ts';
import { PackCopies } from './pack-copies.ts';

/** Says a word and stays; its pack is installed as every other is. */
async function anInstalledSensor(ref: string): Promise<SensorFixture> {
  const source = mkdtempSync(join(tmpdir(), 'attune-pack-'));
  onTestFinished(() => rmSync(source, { recursive: true }));
  const files: Record<string, string> = {
    'pack.yaml': `ref: ${ref}\nlabel: ${ref}\nversion: 1.0.0\n`,
    'triggers/said.yaml': `ref: ${ref}.said\n`,
    'sensors/probe.yaml': `ref: ${ref}.probe\nrunner_type: shell\nentry_point: probe.sh\ntrigger_types: [${ref}.said]\n`,
    'sensors/probe.sh': 'echo honest >&2\nsleep 1000\n',
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(source, path)), { recursive: true });
    writeFileSync(join(source, path), text);
  }
  const system = { kind: 'system', name: 'test' } as const;
  await loadPack(system, source, { force: true, isStandard: false });
  const [row] = await sql.query<{ id: number; storage_path: string }>(
    'select s.id, p.storage_path from sensor s join pack p on p.id = s.pack_id where p.ref = $1',
    [ref],
  );
  if (row === undefined) throw new Error(`no sensor of ${ref}`);
  return {
    id: row.id,
    ref: `${ref}.probe`,
    packRef: ref,
    packDirectory: row.storage_path,
    trigger: `${ref}.said`,
  };
}

const spoil = (directory: string): void =>
  writeFileSync(join(directory, 'sensors/probe.sh'), 'echo evil >&2\nsleep 1000\n');

test('a sensor whose program was changed is started as it was installed, and its log names the file', async () => {
  const sensor = await anInstalledSensor('spoiled');
  spoil(sensor.packDirectory);
  await supervise({ packCopies: new PackCopies('none') });
  await aRuleOf(sensor.trigger);

  await expect.poll(() => logOf(sensor, 'stderr'), PATIENCE).toBe('honest\n');
  expect(await logOf(sensor, 'system')).toContain('"sensors/probe.sh"');
});

test('one that cannot be put back is not started, and says what to do', async () => {
  const sensor = await anInstalledSensor('damaged');
  spoil(sensor.packDirectory);
  spoil(sensor.packDirectory.replace('/packs/', '/pack-sources/'));
  await supervise({ packCopies: new PackCopies('none') });
  await aRuleOf(sensor.trigger);

  await expect
    .poll(() => processOf(sensor), PATIENCE)
    .toMatchObject({
      status: 'failed',
      last_error: expect.stringMatching(/no good copy is left.*Register the pack again\.$/),
    });
  expect(await logOf(sensor, 'stderr')).toBe('');
});

test('the copies that a running sensor was started from stay, although its pack has others', async () => {
  const sensor = await anInstalledSensor('replaced');
  await supervise();
  await aRuleOf(sensor.trigger);
  await expect.poll(() => logOf(sensor, 'stderr'), PATIENCE).toBe('honest\n');
  const digest = basename(sensor.packDirectory);
  for (const kind of ['packs', 'pack-sources'])
    utimesSync(join(config().ATTUNE_DATA_DIR, kind, sensor.packRef, digest), 0, 0);
  // Told to nobody: it would be started anew.
  await sql.query('update pack set digest = $2 where ref = $1', [sensor.packRef, '0'.repeat(64)]);
  const afterAnHour = async () => {
    const copies = new OldPackCopies();
    await copies.remove(new Date(Date.now() - 3_600_000));
    return (await copies.remove(new Date())).map((copy) => copy.digest);
  };

  expect(await afterAnHour()).not.toContain(digest);

  await sql.query(`update sensor set enabled = false where id = $1`, [sensor.id]);
  await announce(sql, 'sensors', `sensor:${sensor.id}`);
  await expect.poll(() => statusOf(sensor), PATIENCE).toBe('stopped');
  expect(await afterAnHour()).toContain(digest);
});
