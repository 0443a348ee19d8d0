import { globSync } from 'node:fs';
import { operations } from '#lib/contracts/index.ts';
import { paths } from '#lib/paths.ts';
import { expect, productUrl, test } from './fixtures.ts';
import { PASSWORD, startProduct } from './product.ts';
import { jar } from './sessions.ts';

const OF_ALL = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

/** What is wrong with the headers of an answer, whatever it is. */
function problemsOf({ headers }: Response, isPage: boolean): string[] {
  const missing = Object.entries(OF_ALL).flatMap(([name, value]) =>
    headers.get(name) === value ? [] : [`${name}: ${headers.get(name)}`],
  );
  const policy = headers.get('content-security-policy') ?? '';
  const expected = isPage
    ? ["frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'", "'strict-dynamic'"]
    : ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"];
  return [
    ...missing,
    ...expected.filter((part) => !policy.includes(part)).map((part) => `no ${part}`),
    ...(/script-src[^;]*unsafe/.test(policy) ? [policy] : []),
    ...(/^(?:no-referrer|same-origin)$/.test(headers.get('referrer-policy') ?? '')
      ? []
      : ['referrer-policy']),
    ...(!isPage && !/no-store/.test(headers.get('cache-control') ?? '') ? ['may be kept'] : []),
    ...(isPage && /public|s-maxage/.test(headers.get('cache-control') ?? '')
      ? ['may be kept by others']
      : []),
    ...[...headers.keys()].filter((name) => /^(?:access-control-|x-powered-by|server$)/.test(name)),
    ...(headers.has('strict-transport-security') ? ['strict-transport-security over http'] : []),
  ];
}

/** Every page that there is, with something in the place of each name. */
const PAGES = [
  ...globSync('app/**/page.tsx').map(
    (file) =>
      `/${file
        .split('/')
        .slice(1, -1)
        .filter((part) => !part.startsWith('('))
        .map((part) => (part === '[id]' ? '1' : part === '[ref]' ? 'core.echo' : part))
        .join('/')}`,
  ),
  '/docs/troubleshooting.md',
  '/no/such/page',
  '/favicon.ico',
  '/healthy',
  '/api',
];

const ANSWERS = [
  ...operations
    .filter(({ method }) => method === 'GET')
    .map(({ path }) => path.replaceAll(/\{\w+\}/g, '1')),
  ...['csrf', 'providers', 'session', 'signin', 'signout', 'error', 'verify-request'].map(
    (call) => `/api/auth/${call}`,
  ),
  '/api/v1/no/such',
  '/api/v1/rules/%ff',
  '/auth/no-such',
  '/health/no-such',
  '/api-spec/no-such',
];

test('every page and every answer is not sniffed, framed, read or kept by others, for whoever asks', async ({
  stranger,
  page,
}) => {
  test.setTimeout(120_000);
  const cookies = await page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  const { body } = await stranger.ask('POST', '/auth/login', {
    login: 'admin',
    password: PASSWORD,
  });
  const authorization = `Bearer ${body.data.access_token}`;
  const callers: Record<string, string>[] = [{}, { cookie }, { authorization }];
  const ofPages = [...callers.slice(0, 2), { cookie, 'next-router-prefetch': '1' }];
  const problems: string[] = [];
  const look = async (path: string, isPage: boolean) => {
    for (const headers of isPage ? ofPages : callers) {
      const answer = await fetch(`${productUrl()}${path}`, { headers, redirect: 'manual' });
      await answer.body?.cancel();
      const found = problemsOf(answer, isPage);
      if (found.length > 0 || answer.status >= 500)
        problems.push(`${path} ${answer.status} ${Object.keys(headers).join()}: ${found.join()}`);
    }
  };
  for (const path of PAGES) await look(path, true);
  for (const path of ANSWERS) await look(path, false);

  expect(problems).toEqual([]);
  expect(PAGES.length).toBeGreaterThan(25);
  expect(ANSWERS.length).toBeGreaterThan(60);
});

test('what is served from the build is not sniffed either', async ({ page }) => {
  const seen: string[] = [];
  page.on('response', (response) => {
    if (!response.url().includes('/_next/static/')) return;
    const headers = response.headers();
    if (headers['x-content-type-options'] !== 'nosniff') seen.push(response.url());
    else seen.push('nosniff');
  });
  await page.goto(paths.home());
  await page.waitForLoadState('load');
  expect([...new Set(seen)]).toEqual(['nosniff']);
});

test('behind a proxy that speaks https every cookie is Secure and every answer asks for https from then on', async () => {
  test.setTimeout(300_000);
  const product = await startProduct({
    ATTUNE_API_URL: 'https://attune.example',
    TRUSTED_PROXIES: '127.0.0.1',
  });
  try {
    const proxied = {
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'attune.example',
      'x-forwarded-for': '203.0.113.9',
    };
    const session = jar(product.url, proxied);
    const answers = [
      await session.ask('/login'),
      await session.ask('/health'),
      await session.ask('/api/v1/rules'),
      await session.ask('/api/auth/session'),
      await session.logIn('admin', PASSWORD),
    ];
    for (const { headers } of answers)
      expect(headers.get('strict-transport-security')).toMatch(/^max-age=31536000/);
    const set = answers.flatMap(({ headers }) => headers.getSetCookie());
    expect(set.length).toBeGreaterThan(2);
    for (const cookie of set)
      expect(cookie).toMatch(
        /^__Secure-attune-.*; HttpOnly; (?:Secure; )?SameSite=Lax(?:; Secure)?$/,
      );
    expect((await session.ask('/auth/me')).status).toBe(200);
  } finally {
    await product.stop();
  }
});
