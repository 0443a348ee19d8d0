import { expect, test } from 'vitest';
import { operations } from '#lib/contracts/index.ts';
import type { GrantConstraints } from '#lib/domain/grant.ts';
import type { IdentityActor } from '#server/auth/actor.ts';
import { getExecution, listExecutions } from '#server/executions/service.ts';
import { admit } from '#server/http/authenticate.ts';
import { listProcessTokens } from '#server/tokens/list.ts';
import { getWorker, listWorkers } from '#server/workers/service.ts';
import { userWho } from '#test/actors.ts';
import { aWorker } from '#test/catalogue.ts';
import { ask } from '#test/executions.ts';
import { grant } from '#test/identities.ts';
import { readFilter } from '#worker/gateway/filters.ts';

/** Somebody whose grants of a resource all have constraints. */
const bounded = (
  resource: string,
  actions: readonly string[],
  constraints: GrantConstraints = { pack_refs: ['somebody_elses'] },
): IdentityActor => ({ ...userWho(), grants: [grant(resource, [...actions], constraints)] });

const REFUSED = { code: 'FORBIDDEN' };

/** Operations on these look at no grant's constraints. */
const ASKED_AS_A_WHOLE = /^(?:executions|events|enforcements|audit_log|retention):/;

const guarded = operations.filter(
  ({ access }) => access !== 'anyone' && ASKED_AS_A_WHOLE.test(access.permission ?? ''),
);

test.each(guarded)('$method $path is not opened by a grant with constraints', (operation) => {
  const { access } = operation;
  const permission = access === 'anyone' ? '' : (access.permission ?? '');
  const [resource = '', action = ''] = permission.split(':');
  expect(() => admit(bounded(resource, [action]), operation)).toThrow(permission);
  expect(() => admit(userWho(permission), operation)).not.toThrow();
});

test('the sweep sees the operations that it is about', () => {
  expect(guarded.length).toBeGreaterThan(20);
});

test('neither are the runs themselves', async () => {
  const id = await ask();
  const reader = bounded('executions', ['read'], { refs: ['p.a'] });
  await expect(listExecutions(reader, {})).rejects.toMatchObject(REFUSED);
  await expect(getExecution(reader, id)).rejects.toMatchObject(REFUSED);
});

test('a list that nothing is left out of needs a grant without constraints', async () => {
  const id = await aWorker();
  const reader = bounded('workers', ['read'], { ids: [id] });
  await expect(listWorkers(reader, {})).rejects.toMatchObject(REFUSED);
  await expect(getWorker(reader, id)).resolves.toMatchObject({ id });
  await expect(
    listProcessTokens(bounded('sensors', ['read']), { show: 'live' }),
  ).rejects.toMatchObject(REFUSED);
  expect(readFilter('all', bounded('rules', ['read']))).toMatchObject({ ok: false });
  expect(readFilter('all', userWho('rules:read'))).toMatchObject({ ok: true });
});
