import { operations } from '#lib/contracts/index.ts';
import type { Operation } from '#lib/contracts/operation.ts';
import { Api } from './api.ts';
import { type Caller, type Callers, makeCallers } from './callers.ts';
import { expect, productUrl, test } from './fixtures.ts';
import { type Spelling, spellings } from './path-tricks.ts';
import { PASSWORD } from './product.ts';
import { ask, type RawAnswer } from './raw-request.ts';

const isDeep = process.env['ATTUNE_TEST_DEEP'] === '1';

/** Of things that are not there: what is refused is refused before anybody looks, and nothing is changed. */
const PATH_VALUES: Readonly<Record<string, string>> = {
  id: '2000000001',
  token_id: '2000000001',
  ref: 'no.such',
  status: 'failed',
  key: 'wh_no_such',
  request_id: 'no-such-request',
};

/** What a run may do without any permission, since it is about itself (contract §3). */
const OF_A_RUN = new Set([
  'createEvent',
  'createExecution',
  'executeAction',
  'listExecutions',
  'getExecution',
  'listAttempts',
  'getExecutionLogs',
  'listKeys',
  'getKey',
]);

const REFUSED = [401, 403];

const pathOf = ({ path }: Operation): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => PATH_VALUES[name] ?? 'x');

const bodyOf = ({ method }: Operation): string | undefined => (method === 'GET' ? undefined : '{}');

const headersOf = (operation: Operation, { headers }: Caller) => ({
  ...headers,
  ...(bodyOf(operation) !== undefined && { 'content-type': 'application/json' }),
});

const call = (operation: Operation, caller: Caller): Promise<RawAnswer> => {
  const body = bodyOf(operation);
  return ask(productUrl(), {
    method: operation.method,
    path: pathOf(operation),
    headers: headersOf(operation, caller),
    ...(body !== undefined && { body }),
  });
};

const holds = (caller: Caller, permission: string): boolean =>
  caller.holds === 'all' || caller.holds.includes(permission);

/**
 * The statuses that the declaration of an operation leaves for a caller; null: any but a refusal. What a caller is
 * told apart from that depends on what they asked for, and here that is never there.
 */
function expected({ id, access }: Operation, caller: Caller): readonly number[] | null {
  if (access === 'anyone') return null;
  if (caller.kind === null) return [401];
  if (!access.tokens.includes(caller.kind)) return [403];
  switch (caller.kind) {
    case 'identity':
      if (access.permission !== null) return holds(caller, access.permission) ? null : [403];
      // Of oneself; what belongs to others is hidden.
      return caller.holds === 'all' || !id.includes('IntegrationToken') ? null : [403, 404, 422];
    case 'execution':
      if (OF_A_RUN.has(id) || holds(caller, access.permission ?? '')) return null;
      return [403, 404, 422];
    case 'sensor':
      return null;
  }
}

let callers: Callers;

test.beforeAll(async () => {
  callers = await makeCallers(await Api.logIn(productUrl(), 'admin', PASSWORD));
});

test.afterAll(() => callers.end());

/** Several at once: one after the other they would take longer than all other tests. */
async function each<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const left = [...items];
  const client = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: 8 }, client));
}

test('every operation takes the tokens and the permission that it declares, and no others', async () => {
  const wrong: unknown[] = [];
  let asked = 0;
  const pairs = callers.all.flatMap((caller) =>
    operations.map((operation) => ({ caller, operation })),
  );
  await each(pairs, async ({ caller, operation }) => {
    const wanted = expected(operation, caller);
    const { status } = await call(operation, caller);
    asked += 1;
    const isRight = wanted === null ? !REFUSED.includes(status) : wanted.includes(status);
    if (!isRight || status === 500)
      wrong.push(`${caller.name}: ${operation.id} ${status}, not ${wanted?.join() ?? 'let in'}`);
  });
  expect(wrong).toEqual([]);
  expect(asked).toBe(callers.all.length * operations.length);
});

test('no other spelling of a call opens more than the plain one', async () => {
  test.setTimeout(isDeep ? 600_000 : 60_000);
  const opened: unknown[] = [];
  const attempts = operations.flatMap((operation, nth) => {
    const refused = callers.all.filter((caller) => isRefused(operation, caller));
    return spellings(operation.method, pathOf(operation))
      .filter(({ method }) => method === operation.method || !isAnother(operation, method))
      .flatMap((spelling, at) => {
        // A third of the spellings, each by another caller; all of them where there is time.
        const turn = refused[(nth + Math.floor(at / 3)) % refused.length];
        const sample = turn === undefined || (nth + at) % 3 !== 0 ? [] : [turn];
        return (isDeep ? refused : sample).map((caller) => ({ operation, caller, spelling }));
      });
  });
  await each(attempts, async ({ operation, caller, spelling }) => {
    const { name, method, path, headers } = spelling;
    const body = bodyOf(operation);
    const { status, text } = await ask(productUrl(), {
      method,
      path,
      headers: { ...headersOf(operation, caller), ...headers },
      ...(body !== undefined && method !== 'HEAD' && method !== 'OPTIONS' && { body }),
    });
    const isElsewhere = status === 422 && leadsElsewhere(spelling, operation, caller);
    if (!isElsewhere && !isClosed(method, status, text))
      opened.push(`${name}: ${caller.name} ${operation.id} ${path} was answered ${status}`);
  });
  expect(opened).toEqual([]);
  expect(attempts.length).toBeGreaterThan(900);
});

/** Refused whatever it is about. */
const isRefused = (operation: Operation, caller: Caller): boolean =>
  expected(operation, caller)?.every((status) => REFUSED.includes(status)) ?? false;

/** Whether a method is an operation of its own at this path, with a declaration of its own. */
const isAnother = ({ id, path }: Operation, method: string): boolean =>
  operations.some(
    (one) =>
      one.id !== id && one.path === path && one.method === (method === 'HEAD' ? 'GET' : method),
  );

/** Whether it is a call of another operation, open to the caller, with something in its path that cannot be there. */
const leadsElsewhere = ({ method, path }: Spelling, { id }: Operation, caller: Caller): boolean =>
  operations.some((one) => {
    const pattern = new RegExp(`^${one.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`);
    return one.id !== id && one.method === method && pattern.test(path) && !isRefused(one, caller);
  });

/** Refused, not there, or sent to the plain path. OPTIONS tells the methods of a path, which the document tells too. */
function isClosed(method: string, status: number, text: string): boolean {
  if (method === 'OPTIONS' && status === 204) return text === '';
  return [307, 308, 400, 401, 403, 404, 405].includes(status);
}
