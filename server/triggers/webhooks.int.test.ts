import { createHmac } from 'node:crypto';
import { beforeAll, describe, expect, test } from 'vitest';
import { PackCreate } from '#lib/contracts/packs.ts';
import { TriggerCreate, TriggerUpdate, WebhookConfigChange } from '#lib/contracts/triggers.ts';
import { POST } from '#app/api/v1/webhooks/[key]/route.ts';
import { sql } from '#server/db/sql.ts';
import { getEvent } from '#server/events/service.ts';
import { createPack } from '#server/packs/service.ts';
import { userWho } from '#test/actors.ts';
import { createTrigger, getTrigger, updateTrigger } from './service.ts';
import * as webhooks from './webhooks.ts';

const admin = userWho(
  'packs:create',
  'triggers:create',
  'triggers:read',
  'triggers:update',
  'events:read',
);
const SECRET = 'a-webhook-secret';

let count = 0;

/** A trigger with a webhook of its own. */
async function aWebhook(
  change: Record<string, unknown> = {},
): Promise<{ ref: string; key: string }> {
  count += 1;
  const ref = `hooks.h${count}`;
  await createTrigger(admin, TriggerCreate.parse({ ref, label: ref }));
  const { webhook_key: key } = await webhooks.enableWebhook(
    admin,
    ref,
    WebhookConfigChange.parse(change),
  );
  return { ref, key: key ?? '' };
}

async function post(
  key: string,
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string> = {},
) {
  const request = new Request(`http://localhost/api/v1/webhooks/${key}`, {
    method: 'POST',
    body,
    headers,
  });
  const response = await POST(request, { params: Promise.resolve({ key }) });
  return {
    status: response.status,
    body: (await response.json()) as {
      event_id: number;
      data: { event_id: number };
      code?: string;
      error?: string;
    },
  };
}

const logsOf = (ref: string) =>
  sql.query<{
    status_code: number;
    event_id: number | null;
    hmac_verified: boolean | null;
    payload_size_bytes: number;
  }>(
    'select status_code, event_id, hmac_verified, payload_size_bytes from webhook_event_log where trigger_ref = $1 order by id',
    [ref],
  );

const sign = (body: string, algorithm = 'sha256') =>
  createHmac(algorithm, SECRET).update(body).digest('hex');

beforeAll(() =>
  createPack(admin, PackCreate.parse({ ref: 'hooks', label: 'Hooks', version: '1' })),
);

describe('a webhook', () => {
  test('turns any body into an event: wrapped, raw, a form, a list, text', async () => {
    const { ref, key } = await aWebhook();
    const bodies: [string, string, object][] = [
      ['{"payload":{"a":1},"source_ip":"6.6.6.6"}', 'application/json', { a: 1 }],
      ['{"a":2}', 'application/json', { a: 2 }],
      ['a=3', 'application/x-www-form-urlencoded', { a: '3' }],
      ['[4]', 'application/json', { body: [4] }],
      ['five', 'text/plain', { body: 'five' }],
      ['', 'application/json', {}],
    ];
    for (const [body, type, payload] of bodies) {
      const answer = await post(key, body, { 'content-type': type });
      expect(answer.status).toBe(200);
      expect(answer.body.data.event_id).toBe(answer.body.event_id);
      expect(await getEvent(admin, answer.body.event_id)).toMatchObject({
        trigger_ref: ref,
        payload,
        source_kind: 'webhook',
        source_ref: 'webhook',
      });
    }
    expect(await logsOf(ref)).toHaveLength(bodies.length);
  });

  test('keeps no header that proves an identity, nor its own key', async () => {
    const { key } = await aWebhook();
    const { body } = await post(key, '{}', {
      authorization: 'Bearer hush',
      cookie: 'session=hush',
      'x-github-event': 'push',
    });
    const { config } = await getEvent(admin, body.event_id);
    expect(config).toMatchObject({
      source: 'webhook',
      headers: { authorization: '[masked]', cookie: '[masked]', 'x-github-event': 'push' },
    });
    expect(JSON.stringify(config)).not.toContain('hush');
    expect(JSON.stringify(config)).not.toContain(key);
  });

  test('with a secret takes the right signature over the very bytes, and no other', async () => {
    const { ref, key } = await aWebhook({ hmac: { secret: SECRET } });
    const body = '\uFEFF{"a": 1}';
    const raw = Buffer.from('{"a": 1}');
    expect(
      (await post(key, raw, { 'x-webhook-signature': `sha256=${sign('{"a": 1}')}` })).status,
    ).toBe(200);
    expect((await post(key, raw, { 'x-hub-signature-256': sign('{"a": 1}') })).status).toBe(200);
    expect(
      (await post(key, body, { 'x-webhook-signature': `sha256=${sign('{"a": 1}')}` })).status,
    ).toBe(401);
    expect(
      (await post(key, raw, { 'x-webhook-signature': `sha256=${sign('{"a":1}')}` })).status,
    ).toBe(401);
    expect(
      (await post(key, raw, { 'x-webhook-signature': `sha1=${sign('{"a": 1}', 'sha1')}` })).status,
    ).toBe(401);
    expect((await post(key, raw, { 'x-webhook-signature': 'sha256=' })).status).toBe(401);
    expect((await post(key, raw)).status).toBe(401);
    expect(
      (await logsOf(ref)).map(({ status_code: status, hmac_verified: good }) => [status, good]),
    ).toEqual([[200, true], [200, true], ...Array.from({ length: 5 }, () => [401, false])]);
  });

  test('stores its secret encrypted and shows only that there is one', async () => {
    const { ref } = await aWebhook({ hmac: { secret: SECRET } });
    expect((await getTrigger(admin, ref)).webhook_config.hmac).toEqual({
      enabled: true,
      algorithm: 'sha256',
      has_secret: true,
      replay_window_seconds: null,
    });
    const [row] = await sql.query<{ text: string }>(
      'select webhook_config::text as text from trigger where ref = $1',
      [ref],
    );
    expect(row?.text).not.toContain(SECRET);
    const off = await updateTrigger(
      admin,
      ref,
      TriggerUpdate.parse({ webhook_config: { hmac: { enabled: false } } }),
    );
    expect(off.webhook_config.hmac).toEqual({
      enabled: false,
      algorithm: 'sha256',
      has_secret: true,
      replay_window_seconds: null,
    });
    const none = await aWebhook();
    await expect(
      webhooks.enableWebhook(admin, none.ref, WebhookConfigChange.parse({ hmac: {} })),
    ).rejects.toMatchObject({ code: 'VALIDATION_ERROR' });
  });

  test('with a replay window takes a call once, soon, and only with the time that was signed', async () => {
    const { ref, key } = await aWebhook({ hmac: { secret: SECRET, replay_window_seconds: 60 } });
    const now = Math.floor(Date.now() / 1_000);
    const signed = (seconds: number | string, more: Record<string, string> = {}) => ({
      'x-webhook-timestamp': String(seconds),
      'x-webhook-signature': sign(`${seconds}.{"a":1}`),
      ...more,
    });
    const first = await post(key, '{"a":1}', signed(now));
    const again = await post(key, '{"a":1}', signed(now, { 'idempotency-key': 'another' }));

    expect([first.status, again.status]).toEqual([200, 200]);
    expect(again.body.event_id).toBe(first.body.event_id);
    const next = await post(key, '{"a":1}', signed(now + 1));
    expect(next.body.event_id).not.toBe(first.body.event_id);
    const refused = [
      signed(now - 120),
      signed(now + 120),
      signed(now, { 'x-webhook-timestamp': String(now + 1) }),
      signed('soon'),
      signed(''),
      { 'x-webhook-signature': sign('{"a":1}') },
    ];
    for (const headers of refused) expect((await post(key, '{"a":1}', headers)).status).toBe(401);
    const off = await updateTrigger(
      admin,
      ref,
      TriggerUpdate.parse({ webhook_config: { hmac: { replay_window_seconds: null } } }),
    );
    expect(off.webhook_config.hmac).toMatchObject({
      has_secret: true,
      replay_window_seconds: null,
    });
    const bare = { 'x-webhook-signature': sign('{"a":1}') };
    expect((await post(key, '{"a":1}', bare)).status).toBe(200);
  });

  test('refuses what is too large, no JSON, or not storable', async () => {
    const { ref, key } = await aWebhook({ payload_size_limit_kb: 1 });
    expect((await post(key, JSON.stringify({ a: 'x'.repeat(1_100) }))).status).toBe(413);
    expect((await post(key, '{"a":', { 'content-type': 'application/json' })).status).toBe(400);
    expect(
      (await post(key, '{"a":"\\u0000"}', { 'content-type': 'application/json' })).status,
    ).toBe(422);
    expect((await post(key, new Uint8Array([0xff, 0xfe]))).status).toBe(400);
    expect((await logsOf(ref)).map(({ event_id: event }) => event)).toEqual([
      null,
      null,
      null,
      null,
    ]);
  });

  test('takes one mebibyte unless it is told otherwise', async () => {
    const { key } = await aWebhook();
    const around = (size: number) => JSON.stringify({ a: 'x'.repeat(size - 8) });
    expect((await post(key, around(1024 * 1024))).status).toBe(200);
    expect((await post(key, around(1024 * 1024 + 1))).status).toBe(413);
  });

  test('makes one event of one Idempotency-Key', async () => {
    const { key } = await aWebhook();
    const answers = await Promise.all(
      [1, 2, 3].map((n) => post(key, `{"n":${n}}`, { 'idempotency-key': 'delivery-1' })),
    );
    expect(new Set(answers.map(({ body }) => body.event_id)).size).toBe(1);
  });

  test('takes so many calls in a while and then says how long to wait', async () => {
    const { key } = await aWebhook({ rate_limit: { requests: 2, window_seconds: 3600 } });
    const statuses = [];
    for (let n = 0; n < 3; n++) statuses.push((await post(key, '{}')).status);
    expect(statuses).toEqual([200, 200, 429]);
  });

  test('with a list of addresses is closed to those that nobody knows', async () => {
    const { key } = await aWebhook({ ip_whitelist: { ips: ['10.0.0.0/8'] } });
    expect((await post(key, '{}', { 'x-forwarded-for': '10.1.2.3' })).status).toBe(403);
  });

  test('is 400 while it is disabled, 404 with a key that is none, and with the old key after a new one was made', async () => {
    const { ref, key } = await aWebhook();
    await webhooks.disableWebhook(admin, ref);
    expect((await post(key, '{}')).status).toBe(400);
    await expect(webhooks.regenerateWebhookKey(admin, ref)).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
    expect((await webhooks.enableWebhook(admin, ref)).webhook_key).toBe(key);
    const { webhook_key: fresh } = await webhooks.regenerateWebhookKey(admin, ref);
    expect((await post(key, '{}')).status).toBe(404);
    expect((await post(fresh ?? '', '{}')).status).toBe(200);
    expect((await post('wh_00000000000000000000000000000000', '{}')).status).toBe(404);
  });

  test('shows its key only to those who may change the trigger', async () => {
    const { ref, key } = await aWebhook();
    expect((await getTrigger(admin, ref)).webhook_url).toContain(key);
    expect(await getTrigger(userWho('triggers:read'), ref)).toMatchObject({
      webhook_key: null,
      webhook_url: null,
      webhook_enabled: true,
    });
  });
});
