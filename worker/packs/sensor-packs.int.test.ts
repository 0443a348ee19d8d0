import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sql } from '#server/db/sql.ts';
import { loadPack } from '#server/packs/service.ts';
import { logOf, PATIENCE, processOf, supervise } from '#test/sensor-processes.ts';
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
