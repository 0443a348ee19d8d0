import { beforeAll, expect, test } from 'vitest';
import { userWho } from '#test/actors.ts';
import { anAction } from '#test/catalogue.ts';
import { ask } from '#test/executions.ts';
import { grant } from '#test/identities.ts';
import { searchFor } from './service.ts';

let action = '';
let run = 0;

beforeAll(async () => {
  action = await anAction();
  run = await ask({}, { action_ref: action, trace_tag: 'checkout-eu' });
});

const found = async (q: string, ...permissions: string[]): Promise<string[]> =>
  (await searchFor(userWho(...permissions), { q, limit: 6 })).map(
    ({ kind, ref }) => `${kind} ${ref}`,
  );

test('a run is found by its number and its trace, an action by any part of its name', async () => {
  expect(await found(String(run), 'executions:read')).toEqual([`execution ${run}`]);
  expect(await found(`#${run}`, 'executions:read')).toEqual([`execution ${run}`]);
  expect(await found('checkout-eu', 'executions:read')).toEqual([`execution ${run}`]);
  expect(await found(action.toUpperCase(), 'actions:read')).toEqual([`action ${action}`]);
  expect(await found(action.slice(2), 'actions:read')).toEqual([`action ${action}`]);
});

test('of each kind only what one may read is found', async () => {
  expect(await found(action, 'rules:read')).toEqual([]);
  // The name of an action may have the digit in it.
  expect(await found(String(run), 'actions:read')).not.toContain(`execution ${run}`);
  expect(await found(action)).toEqual([]);
});

test('signs that mean something in a pattern are looked for as they are', async () => {
  expect(await found('%', 'actions:read', 'packs:read')).toEqual([]);
  expect(await found("' or true --", 'actions:read')).toEqual([]);
});

test('what a grant does not reach by its constraints is not found', async () => {
  const reader = { ...userWho(), grants: [grant('actions', ['read'], { refs: [action] })] };
  const other = await anAction();
  const find = async (q: string) =>
    (await searchFor(reader, { q, limit: 6 })).map(({ ref }) => ref);
  expect([await find(action), await find(other)]).toEqual([[action], []]);
});
