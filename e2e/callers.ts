import { readFileSync } from 'node:fs';
import type { TokenKind } from '#lib/contracts/operation.ts';
import { Api } from './api.ts';
import { unique } from './fixtures.ts';
import { sharedProduct } from './shared-product.ts';
import { PASSWORD } from './product.ts';
import { receiveTokens } from './receive-tokens.ts';

/** Everything that a caller can show, and what it should be worth. */
export interface Caller {
  readonly name: string;
  /** Null: whatever it shows, it is nobody. */
  readonly kind: TokenKind | null;
  readonly headers: Readonly<Record<string, string>>;
  /** `resource:action`, or all. */
  readonly holds: 'all' | readonly string[];
}

export interface Callers {
  readonly all: readonly Caller[];
  /** Ends what they live on. */
  end(): Promise<void>;
}

const STAY_SECONDS = 300;
const HELD = ['rules:read', 'executions:read'] as const;
const OWN_PASSWORD = 'a password of a person without rights';

/** One of each kind, made the way in which each is really made. */
export async function makeCallers(admin: Api): Promise<Callers> {
  const tokens = await processTokens(admin);
  const { access_token: adminAccess, refresh_token: adminRefresh } = await logIn(
    admin.url,
    'admin',
    PASSWORD,
  );
  const person = await aPerson(admin);
  const frozen = await aPerson(admin);
  const service = await aService(admin);
  const set = await aSet(admin);
  const frozenToken = await frozen.ownToken();
  await admin.post(`/api/v1/identities/${frozen.id}/freeze`);
  const revoked = await service.token(null);
  await admin.post(`/api/v1/identities/${service.id}/integration-tokens/${revoked.id}/revoke`);
  const all: Caller[] = [
    caller('nobody', null, {}, []),
    caller('an administrator', 'identity', bearer(adminAccess), 'all'),
    caller('the session of an administrator', 'identity', sessionOf(admin.url), 'all'),
    caller('a person without permissions', 'identity', bearer(person.access), []),
    caller('an API token', 'identity', bearer((await service.token(null)).token), 'all'),
    caller('a restricted API token', 'identity', bearer((await service.token([set])).token), HELD),
    caller('a run', 'execution', bearer(tokens.run), []),
    caller('a run with every permission', 'execution', bearer(tokens.granted), 'all'),
    caller('a sensor', 'sensor', bearer(tokens.sensor), []),
    caller('a refresh token', null, bearer(adminRefresh), []),
    caller('a run that has ended', null, bearer(tokens.ended), []),
    caller('a revoked API token', null, bearer(revoked.token), []),
    caller('a frozen person', null, bearer(frozen.access), []),
    caller('the API token of a frozen person', null, bearer(frozenToken), []),
  ];
  return { all, end: tokens.end };
}

const caller = (
  name: string,
  kind: Caller['kind'],
  headers: Caller['headers'],
  holds: Caller['holds'],
): Caller => ({ name, kind, headers, holds });

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

/** As the browser sends it from one of our own pages. */
function sessionOf(url: string): Record<string, string> {
  const { cookies } = JSON.parse(readFileSync(sharedProduct().sessionFile, 'utf8')) as {
    cookies: { name: string; value: string }[];
  };
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return { cookie, origin: url, 'sec-fetch-site': 'same-origin' };
}

async function logIn(url: string, login: string, password: string) {
  const answer = await new Api(url, null).post('/auth/login', { login, password });
  return answer.data as { access_token: string; refresh_token: string };
}

async function aPerson(admin: Api) {
  const login = unique('person');
  const { data } = await admin.post('/api/v1/identities', { login, password: OWN_PASSWORD });
  const { access_token: access } = await logIn(admin.url, login, OWN_PASSWORD);
  const ownToken = async (): Promise<string> => {
    const self = new Api(admin.url, access);
    const path = `/api/v1/identities/${data.id}/integration-tokens`;
    return (await self.post(path, { label: 'own' })).data.token as string;
  };
  return { id: data.id as number, access, ownToken };
}

/** An integration that holds everything. */
async function aService(admin: Api) {
  const login = unique('service');
  const { id } = (await admin.post('/api/v1/identities', { login })).data;
  await admin.post('/api/v1/permissions/assignments', {
    permission_set_ref: 'core.admin',
    identity_login: login,
  });
  const token = async (permission_set_refs: string[] | null) => {
    const path = `/api/v1/identities/${id}/integration-tokens`;
    const { data } = await admin.post(path, { label: unique('token'), permission_set_refs });
    return { id: data.integration_token.id as number, token: data.token as string };
  };
  return { id: id as number, token };
}

async function aSet(admin: Api): Promise<string> {
  const grants = HELD.map((permission) => {
    const [resource = '', action = ''] = permission.split(':');
    return { resource, actions: [action] };
  });
  const ref = `mine.${unique('set')}`;
  await admin.post('/api/v1/permissions/sets', { ref, grants });
  return ref;
}

/** The tokens of processes: they are let out by programs that are made for it. */
async function processTokens(admin: Api) {
  const receiver = await receiveTokens();
  const keep = (name: string, stay_seconds: number, more: object = {}) =>
    admin.run('probe.keep_token', { receiver: `${receiver.url}/${name}`, stay_seconds }, more);
  const rule = `probe.${unique('kept')}`;
  await admin.post('/api/v1/rules', {
    ref: rule,
    pack_ref: 'probe',
    label: rule,
    trigger_ref: 'probe.token_kept',
    trigger_params: { receiver: `${receiver.url}/sensor` },
    action_ref: 'core.noop',
  });
  const runs = [
    await keep('run', STAY_SECONDS),
    await keep('granted', STAY_SECONDS, { permission_set_refs: ['core.admin'] }),
  ];
  await admin.untilEnded((await keep('ended', 0)).id);
  const [run, granted, ended, sensor] = [
    await receiver.received('/run'),
    await receiver.received('/granted'),
    await receiver.received('/ended'),
    await receiver.received('/sensor'),
  ];
  receiver.close();
  const end = async (): Promise<void> => {
    for (const { id } of runs) await admin.post(`/api/v1/executions/${id}/cancel`);
    await admin.delete(`/api/v1/rules/${rule}`);
    for (const { id } of runs) await admin.untilEnded(id);
  };
  return { run, granted, ended, sensor, end };
}
