import { expect, productUrl, test, unique } from './fixtures.ts';
import { PASSWORD } from './product.ts';
import { ask } from './raw-request.ts';

const ME = '/auth/me';

test('two Authorization headers are refused, whichever of them is good', async ({ stranger }) => {
  const { body } = await stranger.ask('POST', '/auth/login', {
    login: 'admin',
    password: PASSWORD,
  });
  const good = `Bearer ${body.data.access_token}`;
  const [other, basic] = ['Bearer x', 'Basic YWRtaW46YWRtaW4='];
  const statusOf = async (authorization: string[]) =>
    (await ask(productUrl(), { method: 'GET', path: ME, headers: { authorization } })).status;

  expect(await statusOf([good])).toBe(200);
  for (const pair of [
    [good, other],
    [other, good],
    [good, basic],
    [good, good],
  ])
    expect(await statusOf(pair)).toBe(401);
});

test('a token longer than any that there is opens nothing and harms nothing', async ({ api }) => {
  const statuses = [];
  for (const size of [8_001, 15_000, 20_000]) {
    const headers = { authorization: `Bearer ${'x'.repeat(size)}` };
    statuses.push((await ask(productUrl(), { method: 'GET', path: ME, headers })).status);
  }
  expect(statuses).toEqual([401, 401, 431]);
  expect((await api.ask('GET', ME)).status).toBe(200);
});

test("a webhook's list of addresses asks the socket and believes no header", async ({ api }) => {
  const ref = `probe.${unique('hook')}`;
  await api.post('/api/v1/triggers', { ref, pack_ref: 'probe', label: ref });
  const statusesFor = async (ip: string, headers: Record<string, string> = {}) => {
    const { data } = await api.post(`/api/v1/triggers/${ref}/webhooks/enable`, {
      ip_whitelist: { ips: [ip] },
    });
    const path = `/api/v1/webhooks/${(data as { webhook_key: string }).webhook_key}`;
    return (await ask(productUrl(), { method: 'POST', path, headers, body: '{}' })).status;
  };

  expect(await statusesFor('127.0.0.0/8')).toBe(200);
  expect(await statusesFor('127.0.0.1', { 'x-forwarded-for': '203.0.113.9' })).toBe(200);
  for (const headers of [
    {},
    { 'x-forwarded-for': '203.0.113.9' },
    { forwarded: 'for=203.0.113.9' },
    { 'x-real-ip': '203.0.113.9' },
    { 'x-attune-peer': '203.0.113.9' },
    { 'x-attune-peer': 'undefined 203.0.113.9' },
  ])
    expect(await statusesFor('203.0.113.0/24', headers)).toBe(403);
  await api.delete(`/api/v1/triggers/${ref}`);
});
