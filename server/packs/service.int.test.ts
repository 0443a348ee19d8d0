import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { ActionCreate, ActionUpdate } from '#lib/contracts/actions.ts';
import { PackCreate, PackUpdate } from '#lib/contracts/packs.ts';
import * as actions from '#server/actions/service.ts';
import { config } from '#server/config.ts';
import { sql } from '#server/db/sql.ts';
import { enableRule, getRule, listRuleVersions } from '#server/rules/service.ts';
import { disableTrigger, getTrigger, listTriggers } from '#server/triggers/service.ts';
import { userWho } from '#test/actors.ts';
import { buildCorePack } from './build-core.ts';
import * as packs from './service.ts';

const SYSTEM = { kind: 'system', name: 'test' } as const;
const admin = userWho(
  'packs:read',
  'packs:create',
  'packs:install',
  'packs:configure',
  'packs:update',
  'packs:delete',
  'triggers:read',
  'triggers:update',
  'actions:read',
  'actions:create',
  'actions:update',
  'actions:delete',
  'rules:read',
  'rules:update',
  'actions:execute',
  'keys:read',
);

const FILES: Record<string, string> = {
  'pack.yaml': `ref: garden
label: Garden
version: 1.0.0
conf_schema:
  litres: {type: integer, default: 5}
`,
  'README.md': '# Garden',
  'triggers/dry.yaml': 'ref: garden.dry\nparameters:\n  bed: {type: string, required: true}\n',
  'actions/water.yaml':
    'ref: garden.water\nentry_point: water.sh\nparameters:\n  litres: {type: integer, required: true}\n',
  'actions/water.sh': '#!/bin/sh\necho water\n',
  'sensors/probe.yaml':
    'ref: garden.probe\nrunner_type: shell\nentry_point: probe.sh\ntrigger_types: [garden.dry]\n',
  'sensors/probe.sh': '#!/bin/sh\n',
  'rules/dry.yaml': `ref: garden.when_dry
trigger_ref: garden.dry
trigger_params: {bed: roses}
action_ref: garden.water
action_params: {litres: '{{ pack.config.litres }}'}
`,
};

const directories: string[] = [];

function aDirectory(changes: Record<string, string | null> = {}): string {
  const directory = mkdtempSync(join(tmpdir(), 'attune-pack-'));
  directories.push(directory);
  for (const [path, text] of Object.entries({ ...FILES, ...changes })) {
    if (text === null) continue;
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), text);
  }
  return directory;
}

const named = (ref: string, changes: Record<string, string | null> = {}) =>
  aDirectory(
    Object.fromEntries(
      Object.entries({ ...FILES, ...changes }).map(([path, text]) => [
        path,
        text?.replaceAll('garden', ref) ?? null,
      ]),
    ),
  );

const register = (path: string, force = false) =>
  packs.registerPack(admin, { path, force, skip_tests: false });
const revision = async () =>
  (await sql.query<{ revision: number }>('select revision from rule_set'))[0]?.revision ?? 0;
const storedAt = async (ref: string) =>
  (
    await sql.query<{ storage_path: string }>('select storage_path from pack where ref = $1', [ref])
  )[0]?.storage_path ?? '';

afterEach(() => {
  for (const directory of directories.splice(0))
    rmSync(directory, { recursive: true, force: true });
});

describe('registering a directory', () => {
  test('brings all its components, its rule with a version, in one revision', async () => {
    const before = await revision();
    const { pack, problems } = await register(named('g1'));

    expect(problems).toEqual([]);
    expect(pack).toMatchObject({
      ref: 'g1',
      config: { litres: 5 },
      component_counts: { actions: 1, triggers: 1, sensors: 1, rules: 1 },
      readme: '# Garden',
    });
    expect(await revision()).toBe(before + 1);
    const versions = await listRuleVersions(admin, 'g1.when_dry');
    expect(versions.items).toMatchObject([
      { version: 1, valid_from_revision: before + 1, valid_until_revision: null },
    ]);
  });

  test('copies the files to where workers run them, scripts executable, whatever the umask was', async () => {
    const directory = named('g2');
    chmodSync(join(directory, 'actions/water.sh'), 0o600);
    const before = process.umask(0o077);
    try {
      const { pack } = await register(directory);
      const path = await storedAt('g2');
      expect(path).toBe(join(config().ATTUNE_DATA_DIR, 'packs', 'g2', pack.digest ?? ''));
      const modes = ['', 'actions', 'actions/water.sh', 'actions/water.yaml'].map((file) =>
        (statSync(join(path, file)).mode & 0o777).toString(8),
      );
      expect(modes).toEqual(['755', '755', '755', '644']);
      expect(readFileSync(join(path, 'actions/water.sh'), 'utf8')).toContain('echo water');
    } finally {
      process.umask(before);
    }
  });

  test('with one malformed file tells file, line and reason, and loads all the others', async () => {
    const { pack, problems } = await register(
      named('g3', { 'actions/broken.yaml': 'ref: garden.broken\nentry_point: nowhere.sh\n' }),
    );
    expect(problems).toEqual([
      {
        file: 'actions/broken.yaml',
        line: 2,
        reason: expect.stringContaining('actions/nowhere.sh') as string,
      },
    ]);
    expect(pack.component_counts).toEqual({ actions: 1, triggers: 1, sensors: 1, rules: 1 });
  });

  test('with a malformed pack.yaml changes nothing', async () => {
    const before = await revision();
    await expect(
      register(named('g4', { 'pack.yaml': 'ref: g4\nconf_schema: [1]\n' })),
    ).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ file: 'pack.yaml', line: 2 }],
    });
    expect(await revision()).toBe(before);
    await expect(packs.getPack(admin, 'g4')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('leaves out a rule that names what is not there', async () => {
    const { pack, problems } = await register(
      named('g5', {
        'rules/lost.yaml':
          'ref: garden.lost\ntrigger_ref: garden.dry\ntrigger_params: {bed: a}\naction_ref: garden.fly\n',
      }),
    );
    expect(problems).toMatchObject([
      { file: 'rules/lost.yaml', reason: "There is no action 'g5.fly'" },
    ]);
    expect(pack.component_counts.rules).toBe(1);
  });

  test('a second time is a conflict, unless it is forced', async () => {
    await register(named('g6'));
    await expect(register(named('g6'))).rejects.toMatchObject({ code: 'CONFLICT' });
    expect(
      (await register(named('g6', { 'pack.yaml': 'ref: garden\nversion: 2.0.0\n' }), true)).pack
        .version,
    ).toBe('2.0.0');
  });

  test('refuses links that leave the pack, the data directory, and the name of the core pack', async () => {
    const linked = named('g7');
    symlinkSync('/etc/passwd', join(linked, 'actions/passwd'));
    await expect(register(linked)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      message: expect.stringContaining('leaves the pack') as string,
    });
    await expect(register(config().ATTUNE_DATA_DIR)).rejects.toMatchObject({
      message: expect.stringContaining('data directory') as string,
    });
    await expect(register('/')).rejects.toMatchObject({
      message: expect.stringContaining('data directory') as string,
    });
    await expect(register('/etc')).rejects.toMatchObject({
      message: expect.stringContaining('no pack.yaml') as string,
    });
    await expect(register('relative/path')).rejects.toMatchObject({
      message: expect.stringContaining('not absolute') as string,
    });
    await expect(register(named('core'), true)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('hands out no permission that whoever installs it does not hold', async () => {
    const { problems } = await register(
      named('g8', {
        'permission_sets/boss.yaml':
          'ref: garden.boss\ngrants:\n  - {resource: identities, actions: [delete]}\n',
        'actions/rise.yaml':
          'ref: garden.rise\nentry_point: water.sh\ndefault_execution_permission_set_refs: [garden.boss]\n',
      }),
    );
    expect(problems.map(({ file }) => file)).toEqual([
      'permission_sets/boss.yaml',
      'actions/rise.yaml',
    ]);
    expect(await sql.query(`select 1 from permission_set where ref = 'g8.boss'`)).toEqual([]);
  });

  test('by two at once installs it once', async () => {
    const directory = named('g10');
    const results = await Promise.allSettled([register(directory), register(directory)]);
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('needs the permission to install', async () => {
    await expect(
      packs.registerPack(userWho('packs:read'), {
        path: named('g9'),
        force: false,
        skip_tests: false,
      }),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});

describe('loading a pack again', () => {
  test('keeps what people switched and configured, and takes away what vanished but not what was made by hand', async () => {
    await register(named('h1'));
    await disableTrigger(admin, 'h1.dry');
    await packs.updatePack(admin, 'h1', PackUpdate.parse({ config: { litres: 9 } }));
    await actions.createAction(
      admin,
      ActionCreate.parse({
        ref: 'h1.byhand',
        pack_ref: 'h1',
        label: 'By hand',
        entrypoint: 'water.sh',
      }),
    );

    const { pack, problems } = await register(
      named('h1', {
        'actions/water.yaml': null,
        'actions/mow.yaml': 'ref: garden.mow\nentry_point: water.sh\n',
        'rules/dry.yaml': null,
      }),
      true,
    );
    expect(problems).toEqual([]);
    expect(pack.config).toEqual({ litres: 9 });
    expect((await getTrigger(admin, 'h1.dry')).enabled).toBe(false);
    const refs = (await actions.listActionsByPack(admin, 'h1', {})).items.map(({ ref }) => ref);
    expect(refs).toEqual(['h1.byhand', 'h1.mow']);
    await expect(getRule(admin, 'h1.when_dry')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    const open = await sql.query(
      `select 1 from rule_version where rule_ref = 'h1.when_dry' and valid_until_revision is null`,
    );
    expect(open).toEqual([]);
  });

  test('keeps the old component while its file is malformed', async () => {
    await register(named('h2'));
    const { problems } = await register(named('h2', { 'actions/water.yaml': 'ref: [\n' }), true);
    expect(problems).not.toEqual([]);
    expect((await actions.getAction(admin, 'h2.water')).ref).toBe('h2.water');
  });

  test('gives a rule its next version', async () => {
    await register(named('h3'));
    await enableRule(admin, 'h3.when_dry');
    await register(named('h3'), true);
    const versions = (await listRuleVersions(admin, 'h3.when_dry')).items;
    expect(versions.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(versions.filter(({ valid_until_revision: until }) => until === null)).toHaveLength(1);
  });

  test('of the platform, with the same files, changes nothing', async () => {
    const directory = named('h4');
    await packs.loadPack(SYSTEM, directory, { force: true, isStandard: true });
    const before = await revision();
    const { pack } = await packs.loadPack(SYSTEM, directory, { force: true, isStandard: true });
    expect(await revision()).toBe(before);
    expect(pack.is_standard).toBe(true);
    await expect(packs.deletePack(admin, 'h4')).rejects.toMatchObject({ code: 'CONFLICT' });
  });
});

describe('the core pack', () => {
  test('loads without a problem, with its timers and their sensor', async () => {
    const built = mkdtempSync(join(tmpdir(), 'attune-core-'));
    directories.push(built);
    await buildCorePack('packs/core', join(built, 'core'));
    const { pack, problems } = await packs.loadPack(SYSTEM, join(built, 'core'), {
      force: true,
      isStandard: true,
    });
    expect(problems).toEqual([]);
    expect(pack).toMatchObject({ ref: 'core', is_standard: true, source_path: null });
    expect(pack.component_counts).toMatchObject({ actions: 4, triggers: 6, sensors: 1 });
  });
});

describe('a pack', () => {
  const body = (ref: string, changes: Record<string, unknown> = {}) =>
    PackCreate.parse({
      ref,
      label: 'X',
      version: '1',
      conf_schema: {
        port: { type: 'integer', required: true },
        pin: { type: 'string', secret: true },
      },
      config: { port: 1 },
      ...changes,
    });

  test('holds a configuration that fits its schema, and no secrets', async () => {
    await packs.createPack(admin, body('i1'));
    const wrong = packs.updatePack(
      admin,
      'i1',
      PackUpdate.parse({ config: { port: 'x', pin: '1234' } }),
    );
    await expect(wrong).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.config.pin' }, { path: 'body.config.port' }],
    });
    await expect(packs.createPack(admin, body('i1'))).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(
      packs.createPack(admin, body('i2', { conf_schema: { port: { type: 'hafen' } } })),
    ).rejects.toMatchObject({ details: [{ path: 'body.conf_schema.port.type' }] });
  });

  test('takes its components, the versions of its rules and its keys with it', async () => {
    await register(named('i3'));
    await sql.query(
      `insert into key (ref, local_ref, name, owner_type, owner) values ('pack.i3.a', 'a', 'a', 'pack', 'i3')`,
    );
    await packs.deletePack(admin, 'i3');
    expect((await listTriggers(admin, { pack_ref: 'i3' })).items).toEqual([]);
    expect(await sql.query(`select 1 from key where owner = 'i3'`)).toEqual([]);
    expect(
      await sql.query(
        `select 1 from rule_version where rule_ref = 'i3.when_dry' and valid_until_revision is null`,
      ),
    ).toEqual([]);
    const audit = await sql.query<{ event_type: string }>(
      `select event_type from audit_event where resource_ref = 'i3' order by id`,
    );
    expect(audit.map(({ event_type: type }) => type)).toEqual(['pack.installed', 'pack.deleted']);
  });
});

describe('an action', () => {
  test('of a pack is changed in its file, but can be switched off here', async () => {
    await register(named('j1'));
    expect(
      (await actions.updateAction(admin, 'j1.water', ActionUpdate.parse({ enabled: false })))
        .enabled,
    ).toBe(false);
    await expect(
      actions.updateAction(admin, 'j1.water', ActionUpdate.parse({ label: 'Mine' })),
    ).rejects.toMatchObject({ code: 'CONFLICT' });
    await expect(actions.deleteAction(admin, 'j1.water')).rejects.toMatchObject({
      code: 'CONFLICT',
    });
  });

  test('made by hand belongs to its pack, has a schema that is one, and no variable that is refused', async () => {
    await packs.createPack(admin, body('j2'));
    const create = (changes: Record<string, unknown>) =>
      actions.createAction(
        admin,
        ActionCreate.parse({
          ref: 'j2.a',
          pack_ref: 'j2',
          label: 'A',
          entrypoint: 'a.py',
          ...changes,
        }),
      );
    await expect(create({ ref: 'core.a' })).rejects.toMatchObject({
      details: [{ path: 'body.ref' }],
    });
    await expect(create({ env: { LD_PRELOAD: 'x' } })).rejects.toMatchObject({
      details: [{ path: 'body.env.LD_PRELOAD' }],
    });
    await expect(create({ param_schema: { a: 1 } })).rejects.toMatchObject({
      details: [{ path: 'body.param_schema.a' }],
    });
    await expect(create({ runtime_ref: 'core.cobol' })).rejects.toMatchObject({
      details: [{ path: 'body.runtime_ref' }],
    });
    expect(await create({ runtime_ref: 'core.python3', timeout_seconds: 5 })).toMatchObject({
      runner_type: 'python',
      runtime_ref: 'core.python',
      timeout_seconds: 5,
      is_adhoc: true,
    });
    const cleared = await actions.updateAction(
      admin,
      'j2.a',
      ActionUpdate.parse({ timeout_seconds: { op: 'clear' }, param_schema: null }),
    );
    expect(cleared.timeout_seconds).toBeNull();
    expect((await actions.searchActions(admin, { q: 'J2.A' })).items.map(({ ref }) => ref)).toEqual(
      ['j2.a'],
    );
    await actions.deleteAction(admin, 'j2.a');
    await expect(actions.getAction(admin, 'j2.a')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  const body = (ref: string) => PackCreate.parse({ ref, label: 'X', version: '1' });
});
