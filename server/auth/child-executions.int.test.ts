import { describe, expect, test } from 'vitest';
import { toActor, findToken, useToken } from './token-repository.ts';
import type { ExecutionActor, IdentityActor } from './actor.ts';
import { sql } from '#server/db/sql.ts';
import { claimOne } from '#test/attempts.ts';
import { anAction } from '#test/catalogue.ts';
import { anIdentity, aPermissionSet, asActor, grant } from '#test/identities.ts';
import { createExecution } from '#server/executions/service.ts';

const EXECUTE = grant('actions', ['execute']);

/** A run of somebody who may run things, and its token's actor. */
async function aParent(): Promise<{ owner: number; run: ExecutionActor }> {
  await sql.query(
    `insert into signing_key (kid, public_jwk) values ('k', '{}') on conflict do nothing`,
  );
  const owner = await anIdentity({ grants: [EXECUTE] });
  const body = { action_ref: await anAction(), parameters: {}, env_vars: {} };
  return { owner, run: await aRunOf(await asActor(owner), body) };
}

/** The actor of a new run that somebody asked for. */
async function aRunOf(
  by: IdentityActor | ExecutionActor,
  body: Parameters<typeof createExecution>[1],
): Promise<ExecutionActor> {
  const { id } = await createExecution(by, body);
  const { token } = await claimOne(id);
  const row = await findToken(sql, token.jti);
  const run = row && toActor(row, null);
  if (run?.kind !== 'execution') throw new Error('the run has no token');
  return run;
}

const ask = async (run: ExecutionActor, body: object = {}) =>
  createExecution(run, { action_ref: await anAction(), parameters: {}, env_vars: {}, ...body });

const children = async (run: ExecutionActor): Promise<number> =>
  (await sql.query('select 1 from execution where parent_id = $1', [run.executionId])).length;

describe('a child execution', () => {
  test('has the run that asked as its parent and its owner, whatever the body says', async () => {
    const { owner, run } = await aParent();
    const { run: other } = await aParent();
    expect(await ask(run, { parent: other.executionId })).toMatchObject({
      parent: run.executionId,
      executor: owner,
      permission_set_refs: [],
    });
  });

  test('is refused once its owner lost the permission, though the parent goes on', async () => {
    const { owner, run } = await aParent();
    await ask(run);
    await sql.query('delete from permission_assignment where identity_id = $1', [owner]);
    await expect(ask(run)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await children(run)).toBe(1);
  });

  test('is refused while its owner is frozen, also by a call that was let in before', async () => {
    const { owner, run } = await aParent();
    await sql.query('update identity set frozen = true where id = $1', [owner]);
    await expect(ask(run)).rejects.toMatchObject({ code: 'FORBIDDEN' });
    expect(await useToken(sql, run.jti)).toBe(false);
    expect(await children(run)).toBe(0);
  });

  test('asks for the permission of its own action, by the constraints that the owner has now', async () => {
    const { owner, run } = await aParent();
    const [allowed, other] = [await anAction(), await anAction()];
    await sql.query(
      `update permission_set s set grants = $2::jsonb from permission_assignment a
       where a.permission_set_id = s.id and a.identity_id = $1`,
      [owner, JSON.stringify([grant('actions', ['execute'], { refs: [allowed] })])],
    );
    await expect(ask(run, { action_ref: other })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(ask(run, { action_ref: allowed })).resolves.toMatchObject({ action_ref: allowed });
  });

  test('gets no permission sets from a run that holds none of them', async () => {
    const { run } = await aParent();
    await sql.query(
      `insert into permission_set (ref, grants) values ('core.admin', '[{"resource":"keys","actions":["delete"]}]') on conflict do nothing`,
    );
    await expect(ask(run, { permission_set_refs: ['core.admin'] })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });

  test('gets what its own action comes with as far as the run that asks holds it, and so do its children', async () => {
    const [read, write, remove] = [
      await aPermissionSet([grant('keys', ['read'])]),
      await aPermissionSet([grant('keys', ['read', 'update'])]),
      await aPermissionSet([grant('keys', ['delete'])]),
    ].map(({ ref }) => ref);
    const wanting = async (...refs: (string | undefined)[]) => {
      const action_ref = await anAction();
      await sql.query(
        'update action set default_execution_permission_set_refs = $2 where ref = $1',
        [action_ref, refs],
      );
      return { action_ref, parameters: {}, env_vars: {} };
    };
    const { owner: id } = await aParent();
    const owner = await asActor(id);
    const all = await wanting(read, write, remove);

    const parent = await aRunOf(owner, await wanting(read, write));
    const child = await aRunOf(parent, all);
    const grandchild = await aRunOf(child, all);
    const lesser = await aRunOf(child, await wanting(read));
    const below = await aRunOf(lesser, all);

    expect(parent.grants.map(({ actions }) => actions)).toEqual([['read'], ['read', 'update']]);
    expect(child.grants).toEqual(parent.grants);
    expect(grandchild.grants).toEqual(parent.grants);
    expect(below.grants).toEqual([grant('keys', ['read'])]);
    expect(await aRunOf(await aRunOf(parent, await wanting()), all)).toMatchObject({ grants: [] });
  });

  test('is the same one for the same key of the same run, and for no other', async () => {
    const { owner, run } = await aParent();
    const body = { action_ref: await anAction(), parameters: { mine: 1 }, env_vars: {} };
    const ownersRun = await createExecution(await asActor(owner), body, 'once');
    const sibling = await aRunOf(await asActor(owner), body);

    const child = await createExecution(run, body, 'once');
    expect(child).toMatchObject({ parent: run.executionId });
    expect(child.id).not.toBe(ownersRun.id);
    expect((await createExecution(run, body, 'once')).id).toBe(child.id);
    expect((await createExecution({ ...run, attemptId: 0 }, body, 'once')).id).toBe(child.id);
    expect(await createExecution(sibling, body, 'once')).toMatchObject({
      parent: sibling.executionId,
    });
  });

  test('of what people may not read cannot be asked for by them', async () => {
    const { owner, run } = await aParent();
    const body = { action_ref: await anAction(), parameters: {}, env_vars: {} };
    const below = { ...body, parent: run.executionId };
    await expect(createExecution(await asActor(owner), below)).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const reader = await anIdentity({ grants: [EXECUTE, grant('executions', ['read'])] });
    expect(await createExecution(await asActor(reader), below)).toMatchObject({
      parent: run.executionId,
    });
  });

  test('needs the scope for it', async () => {
    const { run } = await aParent();
    await expect(ask({ ...run, scopes: ['execution:read:self'] })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  });
});
