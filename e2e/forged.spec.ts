import { expect, productUrl, test } from './fixtures.ts';
import { PASSWORD } from './product.ts';
import { jar } from './sessions.ts';

/** What a browser says of a request that no page of ours made. */
const FOREIGN: Readonly<Record<string, Record<string, string>>> = {
  'another origin': { origin: 'https://evil.example' },
  'another port of this host': { origin: 'http://127.0.0.1:9' },
  'an opaque origin': { origin: 'null' },
  'no origin at all': {},
  'another site by its own word': { 'sec-fetch-site': 'cross-site', origin: productUrl() },
  'a sibling site': { 'sec-fetch-site': 'same-site', origin: productUrl() },
};

const form = (fields: Record<string, string>): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams({ ...fields, json: 'true' }),
});

test('nobody is logged in or out by a page that is not ours, though it knows the token against that', async () => {
  const url = productUrl();
  const session = jar(url);
  expect((await session.logIn('admin', PASSWORD)).status).toBe(200);
  const isIn = async () => (await session.ask('/auth/me')).status === 200;
  expect(await isIn()).toBe(true);

  for (const [who, headers] of Object.entries(FOREIGN)) {
    const csrfToken = await session.csrfToken();
    const forged = [
      await session.ask('/api/auth/signout', { ...form({ csrfToken }), headers }),
      await session.ask('/api/auth/callback/credentials', {
        ...form({ csrfToken, login: 'admin', password: PASSWORD }),
        headers,
      }),
    ];
    for (const answer of forged) {
      expect([who, answer.status]).toEqual([who, 403]);
      expect([who, answer.headers.getSetCookie()]).toEqual([who, []]);
    }
    expect(await isIn()).toBe(true);
  }

  // Our own page without the token is refused as well: each of the two would be enough.
  for (const csrfToken of ['', 'a'.repeat(64)]) {
    await session.ask('/api/auth/signout', { ...form({ csrfToken }), headers: { origin: url } });
    expect(await isIn()).toBe(true);
  }
  const csrfToken = await session.csrfToken();
  await session.ask('/api/auth/signout', { ...form({ csrfToken }), headers: { origin: url } });
  expect(await isIn()).toBe(false);
});

test('of next-auth only what our pages ask for is there, and it reads no more than a form', async () => {
  const url = productUrl();
  const session = jar(url);
  const ask = async (method: string, call: string, more: RequestInit = {}) =>
    (
      await session.ask(`/api/auth/${call}`, {
        ...more,
        method,
        headers: { origin: url, ...(more.headers as Record<string, string> | undefined) },
      })
    ).status;

  for (const call of [
    'signin',
    'signout',
    'error',
    'verify-request',
    '_log',
    'callback/credentials',
  ])
    expect([call, await ask('GET', call)]).toEqual([call, 404]);
  for (const call of ['session', '_log', 'signin', 'signin/credentials', 'csrf', 'callback', 'x'])
    expect([call, await ask('POST', call, form({}))]).toEqual([call, 404]);
  for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS'])
    expect([method, await ask(method, 'session')]).toEqual([method, 404]);

  const login = 'callback/credentials';
  const json = { 'content-type': 'application/json' };
  expect(await ask('POST', login, { body: '{"json":"true"}', headers: json })).toBe(400);
  expect(await ask('POST', login, form({ password: 'x'.repeat(64 * 1024) }))).toBe(413);
});
