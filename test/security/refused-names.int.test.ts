import { beforeAll, expect, test } from 'vitest';
import { ActionCreate, ActionUpdate } from '#lib/contracts/actions.ts';
import { PackCreate } from '#lib/contracts/packs.ts';
import { parsePack } from '#lib/domain/pack-manifest/parse-pack.ts';
import { AppError } from '#lib/errors.ts';
import * as actions from '#server/actions/service.ts';
import { sql } from '#server/db/sql.ts';
import { createExecution } from '#server/executions/service.ts';
import { createPack } from '#server/packs/service.ts';
import { userWho } from '#test/actors.ts';
import { anAction } from '#test/catalogue.ts';
import { REFUSED_NAMES, spellingsOf } from './refused-names.ts';

const author = userWho(
  'packs:create',
  'actions:create',
  'actions:read',
  'actions:update',
  'actions:execute',
  'executions:create',
);
const NEW = { ref: 'names.new', pack_ref: 'names', label: 'A', entrypoint: 'a.sh' };

let runnable = '';

beforeAll(async () => {
  await createPack(author, PackCreate.parse({ ref: 'names', label: 'N', version: '1.0.0' }));
  await actions.createAction(author, ActionCreate.parse({ ...NEW, ref: 'names.made' }));
  runnable = await anAction();
});

/** What became of a call: its status, and what it was about. */
const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'done',
    (error: unknown) => (error instanceof AppError ? [error.status, error.details] : error),
  );

const about = (path: string) => [422, [expect.objectContaining({ path }) as unknown]];

const stored = async () => (await sql.query('select 1 from execution')).length;

test.each(REFUSED_NAMES.map((name) => [name]))(
  'a request may not set %j, in any case, and no execution is created',
  async (name) => {
    const before = await stored();
    for (const spelling of spellingsOf(name)) {
      const body = {
        action_ref: runnable,
        parameters: {},
        env_vars: { FINE: '1', [spelling]: 'x' },
      };
      expect(await refusalOf(createExecution(author, body))).toEqual(
        about(`body.env_vars.${spelling}`),
      );
    }
    expect(await stored()).toBe(before);
  },
);

test.each(REFUSED_NAMES.map((name) => [name]))(
  'an action may not declare %j, in any case, by whichever way it comes',
  async (name) => {
    for (const spelling of spellingsOf(name)) {
      const env = { FINE: '1', [spelling]: 'x' };
      const [create, update] = [
        actions.createAction(author, ActionCreate.parse({ ...NEW, env })),
        actions.updateAction(author, 'names.made', ActionUpdate.parse({ env })),
      ].map(refusalOf);
      expect(await create).toEqual(about(`body.env.${spelling}`));
      expect(await update).toEqual(about(`body.env.${spelling}`));
      expect(problemsOfPack(env)).toHaveLength(1);
    }
    expect(await sql.query(`select env from action where pack_ref = 'names'`)).toEqual([
      { env: {} },
    ]);
  },
);

/** A manifest is YAML, of which JSON is a part. */
const problemsOfPack = (env: Record<string, string>): unknown[] =>
  parsePack([
    { path: 'pack.yaml', text: 'ref: names\nlabel: N\nversion: 1.0.0\n' },
    { path: 'actions/a.sh', text: '' },
    {
      path: 'actions/a.yaml',
      text: JSON.stringify({ ref: 'names.a', label: 'A', entry_point: 'a.sh', env }),
    },
  ]).problems;

test('every offending name is named at once', async () => {
  const env_vars = Object.fromEntries(REFUSED_NAMES.map((name) => [name, 'x']));
  const answer = await refusalOf(
    createExecution(author, { action_ref: runnable, parameters: {}, env_vars }),
  );
  const paths = REFUSED_NAMES.map((name) => ({ path: `body.env_vars.${name}` }));
  expect(answer).toMatchObject([422, paths]);
});

test('names beside them may be set', async () => {
  const env = {
    PATHS: '1',
    HOMES: '1',
    MY_PATH: '1',
    NODE_ENV: 'x',
    LANG: 'C',
    GOOGLE_CLOUD: '1',
    PROXY: '1',
  };
  const { env_vars } = await createExecution(author, {
    action_ref: runnable,
    parameters: {},
    env_vars: env,
  });
  expect(env_vars).toEqual(env);
  expect(problemsOfPack(env)).toEqual([]);
});

test('an action may not declare a value that no process could be given', async () => {
  for (const value of ['x\0y', 'x'.repeat(96 * 1024 + 1)]) {
    const body = ActionCreate.parse({ ...NEW, env: { LARGE: value } });
    expect(await refusalOf(actions.createAction(author, body))).toEqual(about('body.env.LARGE'));
  }
});
