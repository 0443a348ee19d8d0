import { beforeAll, describe, expect, test } from 'vitest';
import { RuleCreate, RuleUpdate } from '#lib/contracts/rules.ts';
import { getVerdicts } from '#server/events/service.ts';
import { emitEvent } from '#server/events/service.ts';
import { sql } from '#server/db/sql.ts';
import { createAction } from '#server/actions/service.ts';
import { ActionCreate } from '#lib/contracts/actions.ts';
import { createPack } from '#server/packs/service.ts';
import { PackCreate } from '#lib/contracts/packs.ts';
import { createTrigger, disableTrigger, enableTrigger } from '#server/triggers/service.ts';
import { TriggerCreate } from '#lib/contracts/triggers.ts';
import { userWho } from '#test/actors.ts';
import { aRunningSensor } from '#test/process-actors.ts';
import { previewRule } from './preview.ts';
import { RulePreviewRequest } from '#lib/contracts/rules.ts';
import * as rules from './service.ts';

const admin = userWho(
  'rules:read',
  'rules:create',
  'rules:update',
  'rules:delete',
  'packs:create',
  'packs:read',
  'actions:create',
  'actions:read',
  'actions:execute',
  'triggers:create',
  'triggers:read',
  'triggers:update',
  'events:read',
  'events:create',
);

const rule = (changes: Partial<RuleCreate> = {}) =>
  RuleCreate.parse({
    ref: `shop.r${Math.random().toString(36).slice(2, 10)}`,
    pack_ref: 'shop',
    label: 'A rule',
    trigger_ref: 'shop.sold',
    action_ref: 'shop.ship',
    trigger_params: { region: 'eu' },
    action_params: { count: '{{ event.payload.count }}', to: 'Ada' },
    ...changes,
  });

const emit = (payload: Record<string, number | string>) =>
  emitEvent(
    { kind: 'system', name: 'test' },
    { triggerRef: 'shop.sold', payload, sourceKind: 'identity', sourceRef: 'test' },
  );

const versionsOf = (ref: string) =>
  sql.query<{
    version: number;
    enabled: boolean;
    from: number;
    until: number | null;
    changed_by: string;
  }>(
    `select version, enabled, valid_from_revision as from, valid_until_revision as until, changed_by
     from rule_version where rule_ref = $1 order by version`,
    [ref],
  );

const revision = async () =>
  (await sql.query<{ revision: number }>('select revision from rule_set'))[0]?.revision ?? 0;

beforeAll(async () => {
  await createPack(
    admin,
    PackCreate.parse({
      ref: 'shop',
      label: 'Shop',
      version: '1',
      conf_schema: { city: { type: 'string', default: 'Oslo' } },
    }),
  );
  await createPack(admin, PackCreate.parse({ ref: 'other', label: 'Other', version: '1' }));
  await createTrigger(
    admin,
    TriggerCreate.parse({
      ref: 'shop.sold',
      label: 'Sold',
      param_schema: { region: { type: 'string', enum: ['eu', 'us'] } },
    }),
  );
  await createTrigger(
    admin,
    TriggerCreate.parse({
      ref: 'shop.returned',
      label: 'Returned',
      reference_visibility: 'private',
    }),
  );
  await createAction(
    admin,
    ActionCreate.parse({
      ref: 'shop.ship',
      pack_ref: 'shop',
      label: 'Ship',
      entrypoint: 'ship.sh',
      param_schema: {
        count: { type: 'integer', required: true },
        to: { type: 'string' },
        pin: { type: 'string', secret: true },
        doors: { type: 'array', items: { type: 'object', properties: { code: { secret: true } } } },
      },
    }),
  );
});

describe('a rule', () => {
  test('keeps every version of itself, each from one revision to the next', async () => {
    const before = await revision();
    const { ref } = await rules.createRule(admin, rule());
    await rules.disableRule(admin, ref);
    await rules.updateRule(admin, ref, RuleUpdate.parse({ action_params: { count: 3 } }));
    await rules.deleteRule(admin, ref);

    expect(await versionsOf(ref)).toEqual([
      { version: 1, enabled: true, from: before + 1, until: before + 2, changed_by: 'ada' },
      { version: 2, enabled: false, from: before + 2, until: before + 3, changed_by: 'ada' },
      { version: 3, enabled: false, from: before + 3, until: before + 4, changed_by: 'ada' },
    ]);
    expect(await revision()).toBe(before + 4);
  });

  test('that is refused leaves the revision and the audit as they were', async () => {
    const before = await revision();
    const ref = 'shop.refused';

    await expect(
      rules.createRule(admin, rule({ ref, action_ref: 'shop.nothing' })),
    ).rejects.toMatchObject({
      code: 'NOT_FOUND',
      details: { kind: 'action', ref: 'shop.nothing' },
    });
    expect(await revision()).toBe(before);
    expect(await sql.query('select 1 from audit_event where resource_ref = $1', [ref])).toEqual([]);
  });

  test('that does not fit is told every field at once', async () => {
    const wrong = rule({
      trigger_params: { region: 'mars' },
      conditions: { all: [{ field: 'count', operator: 'bigger', value: 1 }] },
      action_params: { count: 'many', to: '{{ weather.today }}', pin: '1234' },
    });

    const error: unknown = await rules.createRule(admin, wrong).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'VALIDATION_ERROR' });
    const paths = (error as { details: { path: string }[] }).details.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        'body.conditions.all[0].operator',
        'body.trigger_params.region',
        'body.action_params.count',
        'body.action_params.to',
        'body.action_params.pin',
      ]),
    );
  });

  test.each([
    [{ pin: 'pre {{ key.shop.pin }}' }, 'pin'],
    [{ pin: '1234' }, 'pin'],
    [{ doors: [{ code: '{{ key.shop.pin }}' }, { code: '1234' }] }, 'doors[1].code'],
  ])('holds no part of a secret: %j', async (params, path) => {
    const wrong = rule({ action_params: { count: 1, ...params } });
    const error: unknown = await rules.createRule(admin, wrong).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ details: [{ path: `body.action_params.${path}` }] });
  });

  test('takes secrets by templates, however many a value is made of', async () => {
    const pin = '{{ event.payload.user }}{{ key.shop.pin }}';
    const action_params = { count: 1, pin, doors: [{ code: '{{ key.shop.pin }}' }] };
    expect(await rules.createRule(admin, rule({ action_params }))).toMatchObject({ action_params });
  });

  test('is refused when its timer could never fire, and may be changed when its time has passed', async () => {
    const schema = {
      fire_at: { type: 'string', format: 'future-date-time', required: true },
      timezone: { type: 'string', format: 'time-zone', default: 'UTC' },
    };
    await createTrigger(
      admin,
      TriggerCreate.parse({
        ref: 'shop.once',
        pack_ref: 'shop',
        label: 'Once',
        param_schema: schema,
      }),
    );
    const once = (fireAt: string) =>
      rule({ ref: 'shop.closing', trigger_ref: 'shop.once', trigger_params: { fire_at: fireAt } });

    await expect(
      rules.createRule(admin, { ...once('2020-01-01T00:00:00Z'), enabled: false }),
    ).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.trigger_params.fire_at' }],
    });
    await rules.createRule(admin, once(new Date(Date.now() + 60_000).toISOString()));
    const past = { fire_at: '2020-01-01T00:00:00Z' };
    await sql.query(`update rule set trigger_params = $1::jsonb where ref = 'shop.closing'`, [
      JSON.stringify(past),
    ]);

    const changed = RuleUpdate.parse({
      action_params: { count: 2, to: 'Bo' },
      trigger_params: past,
    });
    expect((await rules.updateRule(admin, 'shop.closing', changed)).action_params).toMatchObject({
      to: 'Bo',
    });
    await expect(
      rules.updateRule(
        admin,
        'shop.closing',
        RuleUpdate.parse({ trigger_params: { fire_at: '2021-01-01T00:00:00Z' } }),
      ),
    ).rejects.toMatchObject({ details: [{ path: 'body.trigger_params.fire_at' }] });
  });

  test('is refused by name of the trigger or pack that is missing', async () => {
    await expect(
      rules.createRule(admin, rule({ trigger_ref: 'shop.never' })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', details: { ref: 'shop.never' } });
    await expect(
      rules.createRule(admin, rule({ ref: 'nowhere.a', pack_ref: 'nowhere' })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND', details: { ref: 'nowhere' } });
  });

  test('of another pack may not use what is private', async () => {
    const body = rule({
      ref: 'other.spy',
      pack_ref: 'other',
      trigger_ref: 'shop.returned',
      trigger_params: {},
    });
    await expect(rules.createRule(admin, body)).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.trigger_ref' }],
    });
  });

  test('has a name of its own, also when two are created at once', async () => {
    const body = rule({ ref: 'shop.twice' });
    const results = await Promise.allSettled([
      rules.createRule(admin, body),
      rules.createRule(admin, body),
    ]);
    const refused = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : [],
    );
    expect(refused).toEqual([expect.objectContaining({ code: 'CONFLICT' })]);
  });

  test('shows a list of conditions as an object', async () => {
    const condition = { field: 'count', operator: 'gt', value: 5 };
    const { conditions, ref } = await rules.createRule(admin, rule({ conditions: [condition] }));
    expect(conditions).toEqual({ all: [condition] });
    expect(
      (await rules.updateRule(admin, ref, RuleUpdate.parse({ conditions: [] }))).conditions,
    ).toEqual({});
  });

  test('runs in the name of whoever decided what it does, not of whoever switched it', async () => {
    const bob = { ...admin, identityId: 7, login: 'bob' };
    const { ref } = await rules.createRule(admin, rule());
    expect((await rules.disableRule(bob, ref)).owner_identity).toBe(admin.identityId);
    expect(
      (await rules.updateRule(bob, ref, RuleUpdate.parse({ action_params: { count: 1 } })))
        .owner_identity,
    ).toBe(7);
  });

  test('hands out no permission set that its author does not hold', async () => {
    await sql.query(
      `insert into permission_set (ref, grants) values ('shop.boss', '[{"resource":"identities","actions":["delete"]}]')`,
    );
    await expect(
      rules.createRule(admin, rule({ permission_set_refs: ['shop.boss'] })),
    ).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(
      rules.createRule(admin, rule({ permission_set_refs: ['shop.nobody'] })),
    ).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('runs nothing that its author may not run', async () => {
    const { ref } = await rules.createRule(admin, rule());
    const bound = (constraints: object) => ({
      ...admin,
      grants: [
        ...admin.grants.filter(({ actions }) => !actions.includes('execute')),
        { resource: 'actions', actions: ['execute'], constraints },
      ],
    });
    const elsewhere = bound({ pack_refs: ['other'] });
    const here = bound({ refs: [rule().action_ref] });
    const change = RuleUpdate.parse({ action_params: { count: 2 } });
    const refused = { code: 'FORBIDDEN', message: expect.stringContaining('actions:execute') };

    await expect(rules.createRule(elsewhere, rule())).rejects.toMatchObject(refused);
    await expect(rules.updateRule(elsewhere, ref, change)).rejects.toMatchObject(refused);
    expect((await rules.disableRule(elsewhere, ref)).enabled).toBe(false);
    expect(await rules.updateRule(here, ref, change)).toMatchObject({ ref });
    await expect(rules.createRule(here, rule())).resolves.toMatchObject({ pack_ref: 'shop' });
  });

  test('does not lead out of the bounds of a restricted API token', async () => {
    const { ref } = await rules.createRule(admin, rule());
    const restricted = { ...admin, restriction: { refs: ['shop.ci'], grants: admin.grants } };
    const refused = { code: 'FORBIDDEN', message: expect.stringContaining('restricted') };
    const change = RuleUpdate.parse({ action_params: { count: 2 } });
    await expect(rules.createRule(restricted, rule())).rejects.toMatchObject(refused);
    await expect(rules.updateRule(restricted, ref, change)).rejects.toMatchObject(refused);
    expect((await rules.disableRule(restricted, ref)).owner_identity).toBe(admin.identityId);
  });

  test('takes a patch as typed clients send it', async () => {
    const { ref } = await rules.createRule(admin, rule({ description: 'old' }));
    expect(
      (
        await rules.updateRule(
          admin,
          ref,
          RuleUpdate.parse({ description: { op: 'set', value: 'new' } }),
        )
      ).description,
    ).toBe('new');
    const cleared = RuleUpdate.parse({
      description: { op: 'clear' },
      label: null,
      conditions: null,
      unknown: 1,
    });
    expect(await rules.updateRule(admin, ref, cleared)).toMatchObject({
      description: null,
      label: 'A rule',
    });
  });

  test('needs its permission, and is not there for those who may not know of it', async () => {
    const { ref } = await rules.createRule(admin, rule());
    await expect(rules.disableRule(userWho('rules:read'), ref)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const elsewhere = {
      ...admin,
      grants: [
        { resource: 'rules', actions: ['read', 'update'], constraints: { pack_refs: ['other'] } },
      ],
    };
    await expect(rules.getRule(elsewhere, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(rules.disableRule(elsewhere, ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await rules.listRules(elsewhere, {})).items).toEqual([]);
  });
});

describe('a sensor', () => {
  test('sees the rules of its triggers and no others', async () => {
    const mine = await rules.createRule(admin, rule());
    const other = await rules.createRule(
      admin,
      rule({ trigger_ref: 'shop.returned', trigger_params: {} }),
    );
    const sensor = await aRunningSensor({
      id: 1,
      ref: 'shop.s',
      packRef: 'shop',
      triggerRefs: ['shop.sold'],
    });

    const refs = (await rules.listRules(sensor, { page_size: 1000 })).items.map(({ ref }) => ref);
    expect(refs).toContain(mine.ref);
    expect(refs).not.toContain(other.ref);
    expect((await rules.getRule(sensor, mine.ref)).trigger_params).toEqual({ region: 'eu' });
    await expect(rules.getRule(sensor, other.ref)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('an event', () => {
  test('is explained by the rule as it was, not as it is', async () => {
    const { ref } = await rules.createRule(
      admin,
      rule({ conditions: [{ field: 'count', operator: 'gt', value: 5 }] }),
    );
    const event = await emit({ count: 3 });
    await rules.updateRule(admin, ref, RuleUpdate.parse({ conditions: [] }));

    const verdict = (await getVerdicts(admin, event.id)).find(({ rule_ref }) => rule_ref === ref);
    expect(verdict).toMatchObject({
      matched: false,
      rule_version: 1,
      failed: { operator: 'gt', expected: 5, actual: 3 },
    });
  });

  test('meets no rule while its trigger is disabled', async () => {
    await rules.createRule(admin, rule());
    await disableTrigger(admin, 'shop.sold');
    const { id } = await emit({ count: 1 });
    await enableTrigger(admin, 'shop.sold');
    expect(await sql.query('select 1 from enforcement where event_id = $1', [id])).toEqual([]);
  });
});

describe('a preview', () => {
  const preview = (changes: Record<string, unknown>) =>
    previewRule(
      admin,
      RulePreviewRequest.parse({ trigger_ref: 'shop.sold', limit: 2, ...changes }),
    );

  test('judges the last events and renders for the newest that matches', async () => {
    const small = await emit({ count: 3 });
    const large = await emit({ count: 9 });
    const smallAgain = await emit({ count: 2 });

    const { verdicts, rendered } = await preview({
      conditions: [{ field: 'count', operator: 'gt', value: 5 }],
      action_ref: 'shop.ship',
      action_params: { count: '{{ event.payload.count }}', to: '{{ pack.config.city }}' },
      pack_ref: 'shop',
    });
    expect(verdicts.map(({ event, matched }) => ({ event, matched }))).toEqual([
      { event: smallAgain.id, matched: false },
      { event: large.id, matched: true },
    ]);
    expect(verdicts[0]?.failed).toMatchObject({
      field: 'count',
      operator: 'gt',
      expected: 5,
      actual: 2,
    });
    expect(rendered).toEqual({
      event: large.id,
      parameters: { count: 9, to: 'Oslo' },
      problems: [],
    });

    const chosen = await preview({
      event: small.id,
      action_ref: 'shop.ship',
      action_params: { count: '{{ event.payload.to }}' },
    });
    expect(chosen.rendered).toMatchObject({ event: small.id, problems: [{ path: 'count' }] });
  });

  test('says where conditions cannot be read, and stores nothing', async () => {
    await expect(preview({ conditions: { any: [] } })).rejects.toMatchObject({
      code: 'VALIDATION_ERROR',
      details: [{ path: 'body.conditions.any' }],
    });
    await expect(preview({ trigger_ref: 'shop.never' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('shows events only to those who may read them', async () => {
    const body = RulePreviewRequest.parse({ trigger_ref: 'shop.sold' });
    await expect(previewRule(userWho('rules:read'), body)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
