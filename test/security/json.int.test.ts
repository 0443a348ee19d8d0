import { beforeAll, describe, expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { CORE_PERMISSION_SETS } from '#lib/domain/core-permission-sets.ts';
import { evaluateConditions, parseConditions } from '#lib/domain/conditions/index.ts';
import { renderTemplates } from '#lib/domain/templates.ts';
import type { JsonValue } from '#lib/domain/json.ts';
import { mintAccessToken } from '#server/auth/access-token.ts';
import { sql } from '#server/db/sql.ts';
import { callRoute } from './routes.ts';

const CREATE = operations.find(({ id }) => id === 'createRule') as Operation;
const EMIT = operations.find(({ id }) => id === 'createEvent') as Operation;

let authorization = '';

beforeAll(async () => {
  await sql.query(`insert into permission_set (ref, grants) values ('core.admin', $1::jsonb)`, [
    JSON.stringify(CORE_PERMISSION_SETS.find(({ ref }) => ref === 'core.admin')?.grants),
  ]);
  await sql.query(`insert into identity (id, login) values (1, 'root')`);
  await sql.query(
    `insert into permission_assignment (identity_id, permission_set_id) select 1, id from permission_set`,
  );
  authorization = `Bearer ${await mintAccessToken({ id: 1, login: 'root', session_epoch: 0 })}`;
});

const send = (operation: Operation, body: string) =>
  callRoute(operation, { authorization, 'content-type': 'application/json' }, { body });

const event = (payload: unknown) => ({
  id: 1,
  trigger: 'a.b',
  trigger_ref: 'a.b',
  payload,
  created: '2026-11-23T14:06:20+00:00',
});

const isClean = () => {
  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(Reflect.get([], 'polluted')).toBeUndefined();
  expect(Reflect.get(() => 0, 'polluted')).toBeUndefined();
};

/** Text and not objects: only the parser makes `__proto__` a key. */
const POLLUTION = [
  '{"__proto__":{"polluted":1}}',
  '{"constructor":{"prototype":{"polluted":1}}}',
  '{"a":{"__proto__":{"polluted":1}}}',
  '[{"__proto__":{"polluted":1}}]',
  '{"a":[{"constructor":{"prototype":{"polluted":1}}}]}',
];

describe('names of the language', () => {
  test.each(POLLUTION)('in conditions, parameters and payloads change no prototype: %s', (text) => {
    const value = JSON.parse(text) as JsonValue;
    const conditions = parseConditions(value);
    if (conditions.ok) evaluateConditions(conditions.condition, event(value));
    const { value: rendered } = renderTemplates(
      {
        whole: '{{ event.payload }}',
        inner: value,
        mixed: 'x {{ event.payload.__proto__.polluted }}',
      },
      { event: event(value), pack: { config: {} }, system: {} },
    );
    isClean();
    expect(rendered).toMatchObject({ mixed: 'x ' });
  });

  test.each(POLLUTION)('over the API change no prototype either: %s', async (payload) => {
    const trigger = await send(EMIT, `{"trigger_ref":"a.b","payload":${payload}}`);
    const rule = await send(
      CREATE,
      `{"ref":"a.r","pack_ref":"a","label":"R","trigger_ref":"a.b","action_ref":"a.c","action_params":${payload},"conditions":${payload}}`,
    );
    expect([404, 422]).toContain(trigger.status);
    expect([404, 422]).toContain(rule.status);
    isClean();
  });

  test.each([
    '__proto__.polluted',
    'constructor.name',
    'constructor.prototype',
    'a.__proto__.b',
    '["__proto__"]',
  ])('as a path read nothing: %s', (field) => {
    const parsed = parseConditions([{ field, operator: 'exists' }]);
    if (!parsed.ok) return;
    const payload = JSON.parse('{"__proto__":{"polluted":1},"a":{}}') as unknown;
    expect(evaluateConditions(parsed.condition, event(payload)).matched).toBe(false);
  });
});

const nested = (depth: number, open: string, close: string, core = '1') =>
  open.repeat(depth) + core + close.repeat(depth);

describe('JSON that is', () => {
  test.each([
    ['a list 100,000 deep', nested(100_000, '[', ']')],
    ['an object 100,000 deep', nested(100_000, '{"a":', '}')],
    ['a list 513 deep', nested(513, '[', ']')],
  ])('%s is refused and not followed', async (_, payload) => {
    const response = await send(EMIT, `{"trigger_ref":"a.b","payload":{"x":${payload}}}`);
    expect(response.status).toBe(422);
    expect(JSON.stringify(await response.json()).length).toBeLessThan(2_000);
  });

  test.each([
    ['never closed', '['.repeat(500_000)],
    ['no JSON', '{"a":1,}'],
  ])('%s is a 400', async (_, body) => {
    expect((await send(EMIT, body)).status).toBe(400);
  });

  test('larger than may be sent is a 413', async () => {
    expect((await send(EMIT, `{"a":"${'x'.repeat(1024 * 1024)}"}`)).status).toBe(413);
  });

  test('as wide as may be sent is answered in less than a second', async () => {
    const wide = `{${Array.from({ length: 80_000 }, (_, n) => `"k${n}":1`).join(',')}}`;
    const startedAt = performance.now();
    const response = await send(EMIT, `{"trigger_ref":"a.b","payload":${wide}}`);
    expect(response.status).toBe(404);
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

describe('templates and conditions that were made to be slow', () => {
  const HUGE = 200_000;

  test.each([
    ['opened again and again', '{{'.repeat(HUGE)],
    ['opened and closed', '{{}}'.repeat(HUGE / 2)],
    ['braces in braces', `${'{{ '.repeat(HUGE)}${' }}'.repeat(HUGE)}`],
    ['blanks', `{{${' '.repeat(HUGE)}}}`],
    ['quotes', `{{ event["${'\\'.repeat(HUGE)} }}`],
    ['brackets', `{{ event${'["a"]'.repeat(HUGE / 4)} }}`],
    ['dots', `{{ event${'.a'.repeat(HUGE)} }}`],
    ['a key', `{{ key.${'a'.repeat(HUGE)}! }}`],
  ])('%s take time in proportion to their length', (_, text) => {
    const startedAt = process.threadCpuUsage();
    renderTemplates(text, { event: event({}), pack: { config: {} }, system: {} });
    parseConditions([{ field: text.slice(2), operator: 'equals', value: 1 }, { expression: text }]);
    const { user } = process.threadCpuUsage(startedAt);
    expect(user / 1_000).toBeLessThan(1_000);
  });
});
