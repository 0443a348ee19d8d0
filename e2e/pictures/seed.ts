import { setTimeout as delay } from 'node:timers/promises';
import { cpSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Api } from '../api.ts';

/** What the pictures of single things are taken of. */
export interface Seeds {
  readonly failed: number;
  readonly timedOut: number;
  readonly running: number;
  readonly retried: number;
  readonly cancelled: number;
  readonly eventThatMissed: number;
  readonly enforcement: number;
  readonly identity: number;
}

const WATCHED_MS = 14_000;

/** A small house in which things happen, made only by what anybody can ask of the API. */
export async function seed(api: Api): Promise<Seeds> {
  const identity = await seedHouse(api);
  await api.post('/api/v1/demo');

  const send = async (trigger_ref: string, payload: object): Promise<number> =>
    (await api.post('/api/v1/events', { trigger_ref, payload })).data.id;
  const deploy = async (service: string, version: string): Promise<number> => {
    const event = await send('ops.release', { service, version, by: 'mira' });
    const { items } = await api.get(`/api/v1/enforcements?event=${event}&page_size=1`);
    return (await api.untilEnded(items[0].execution)).id;
  };
  const timedOut = await api.run('ops.check_backup', { database: 'orders' });
  for (const version of ['v411', 'v412']) await deploy('checkout', version);
  const events: number[] = [];
  for (const payload of ALERTS) events.push(await send('ops.alert', payload));
  await deploy('search', 'v88');
  const failed = await deploy('checkout', 'v413-broken');
  const retried = await api.runToEnd('ops.page', { message: 'flaky: checkout answers 5xx' });
  const running = await api.run('ops.reindex', { table: 'orders' });
  const cancelled = await api.run('ops.reindex', { table: 'invoices' });
  await delay(WATCHED_MS);
  await api.post(`/api/v1/executions/${cancelled.id}/cancel`, { reason: 'wrong table' });
  for (const { id } of [cancelled, timedOut]) await api.untilEnded(id);
  await stopWhatFires(api);
  const { items } = await api.get('/api/v1/enforcements?rule_ref=ops.page_on_call&page_size=1');
  return {
    failed,
    timedOut: timedOut.id,
    running: running.id,
    retried: retried.id,
    cancelled: cancelled.id,
    eventThatMissed: events.at(-1) ?? 0,
    enforcement: items[0].id,
    identity,
  };
}

/** What the house consists of, before anything happens in it; says who the second person is. */
export async function seedHouse(api: Api): Promise<number> {
  // From a place of its own: where the sources lie is nobody's business in a picture.
  const pack = join(tmpdir(), 'attune-pictures', 'ops');
  rmSync(pack, { recursive: true, force: true });
  cpSync(resolve('e2e/pictures/pack'), pack, { recursive: true });
  await api.post('/api/v1/packs/register', { path: pack, force: true });
  await api.post('/api/v1/keys', {
    owner_type: 'pack',
    owner: 'ops',
    local_ref: 'registry_password',
    name: 'Password of the registry',
    value: 'correct-horse-battery-staple',
  });
  await api.post('/api/v1/triggers/ops.alert/webhooks/enable');
  const identity = await seedPeople(api);
  for (const rule of RULES) await api.post('/api/v1/rules', { pack_ref: 'ops', ...rule });
  return identity;
}

async function seedPeople(api: Api): Promise<number> {
  const password = 'a password for the pictures';
  const { id } = (await api.post('/api/v1/identities', { login: 'mira', password })).data;
  await api.post('/api/v1/permissions/assignments', {
    permission_set_ref: 'core.viewer',
    identity_login: 'mira',
  });
  return id;
}

/** From here on nothing happens by itself: what a picture shows is there in the next one too. */
async function stopWhatFires(api: Api): Promise<void> {
  const { items } = await api.get('/api/v1/rules?page_size=100');
  for (const { ref, trigger_ref: trigger } of items as { ref: string; trigger_ref: string }[])
    if (trigger.startsWith('core.')) await api.post(`/api/v1/rules/${ref}/disable`);
}

const RULES = [
  {
    ref: 'ops.deploy_release',
    label: 'Deploy what was released',
    trigger_ref: 'ops.release',
    action_ref: 'ops.deploy',
    conditions: { all: [{ field: 'version', operator: 'starts_with', value: 'v' }] },
    action_params: {
      service: '{{ event.payload.service }}',
      version: '{{ event.payload.version }}',
      registry_password: '{{ key.pack.ops.registry_password }}',
    },
  },
  {
    ref: 'ops.page_on_call',
    label: 'Page whoever is on call',
    trigger_ref: 'ops.alert',
    action_ref: 'ops.page',
    conditions: {
      all: [
        { field: 'severity', operator: 'equals', value: 'critical' },
        { field: 'error_rate', operator: 'gte', value: 0.02 },
      ],
    },
    action_params: { message: '{{ event.payload.service }} loses {{ event.payload.error_rate }}' },
  },
  {
    ref: 'ops.note_checkout',
    label: 'Note what checkout says',
    trigger_ref: 'ops.alert',
    action_ref: 'core.echo',
    conditions: { all: [{ field: 'service', operator: 'equals', value: 'checkout' }] },
    action_params: { message: '{{ event.payload.severity }} on {{ event.payload.host }}' },
  },
  {
    ref: 'ops.say_what_fills',
    label: 'Say which disk fills up',
    trigger_ref: 'ops.disk_filling',
    action_ref: 'core.echo',
    trigger_params: { above_percent: 90 },
    action_params: {
      message: '{{ event.payload.host }} is {{ event.payload.used_percent }} % full',
    },
  },
];

const ALERTS = [
  { service: 'checkout', severity: 'critical', error_rate: 0.07, host: 'web-3' },
  { service: 'search', severity: 'warning', error_rate: 0.03, host: 'search-1' },
  { service: 'search', severity: 'critical', error_rate: 0.041, host: 'search-2' },
  { service: 'mail', severity: 'info', error_rate: 0, host: 'mail-1' },
  { service: 'checkout', severity: 'warning', error_rate: 0.012, host: 'web-1' },
  { service: 'checkout', severity: 'critical', error_rate: 0.011, host: 'web-2' },
];
