import { createHmac } from 'node:crypto';
import { Api } from '../api.ts';
import { type Canary, canary, plainCanary, tokenCanary } from './needles.ts';

export const LOGIN = 'canary-reader';

export interface Seeds {
  readonly canaries: readonly Canary[];
  /** Keys that the action asks for, by their refs. */
  readonly keyRefs: readonly string[];
  /** Reads everything and decrypts nothing. */
  readonly reader: Api;
  /** Secret parameters of a run, some of them deep inside. */
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** A secret in each of the places where there may be one. */
export async function seed(api: Api): Promise<Seeds> {
  const keys = {
    system: canary('the key of the system'),
    identity: canary('the key of an identity'),
    pack: canary('the key of a pack'),
    action: plainCanary('the key of an action'),
    sensor: canary('the key of a sensor'),
  };
  const deep = canary('a leaf of a structured key');
  const lines = [plainCanary('a line of a key'), plainCanary('another line of a key')];
  const key = (owner_type: string, owner: string | null, local_ref: string, value: unknown) =>
    api.post('/api/v1/keys', { owner_type, owner, local_ref, name: `A key`, value });
  await key('system', null, 'canary', keys.system.value);
  await key('identity', 'admin', 'canary', keys.identity.value);
  await key('pack', 'probe', 'canary', keys.pack.value);
  await key('pack', 'probe', 'deep', { user: 'ada', deep: deep.value });
  await key('pack', 'probe', 'lines', lines.map(({ value }) => value).join('\n'));
  await key('action', 'probe.leak', 'canary', keys.action.value);
  await key('sensor', 'probe.leak_sensor', 'canary', keys.sensor.value);

  const secrets = {
    pin: canary('a secret parameter'),
    password: canary('a secret inside a parameter'),
    first: plainCanary('a secret in a list'),
    second: canary('another secret in a list'),
  };
  const people = await seedPeople(api);
  return {
    canaries: [
      ...Object.values(keys),
      deep,
      ...lines,
      ...Object.values(secrets),
      await seedWebhook(api),
      ...people.canaries,
    ],
    keyRefs: [
      'pack.probe.canary',
      'pack.probe.deep',
      'pack.probe.lines',
      'action.probe.leak.canary',
      'identity.admin.canary',
      'system.canary',
    ],
    reader: people.reader,
    parameters: {
      by_key: '{{ key.pack.probe.canary }}',
      pin: secrets.pin.value,
      auth: { user: 'ada', password: secrets.password.value },
      hosts: [{ token: secrets.first.value }, { token: secrets.second.value }],
    },
  };
}

async function seedPeople(api: Api): Promise<{ canaries: Canary[]; reader: Api }> {
  const [password, newPassword] = [canary('a password'), canary('a new password')];
  const { id } = (await api.post('/api/v1/identities', { login: LOGIN, password: password.value }))
    .data;
  await api.post('/api/v1/permissions/assignments', {
    permission_set_ref: 'core.viewer',
    identity_login: LOGIN,
  });
  const anonymous = new Api(api.url, null);
  const logIn = async (word: Canary) =>
    (await anonymous.post('/auth/login', { login: LOGIN, password: word.value })).data as {
      access_token: string;
      refresh_token: string;
    };
  const first = await logIn(password);
  await new Api(api.url, first.access_token).post('/auth/change-password', {
    current_password: password.value,
    new_password: newPassword.value,
  });
  const wrong = await anonymous.ask('POST', '/auth/login', {
    login: LOGIN,
    password: `${password.value}!`,
  });
  if (wrong.status !== 401) throw new Error(`A wrong password was answered ${wrong.status}`);
  const second = await logIn(newPassword);
  const third = (await anonymous.post('/auth/refresh', { refresh_token: second.refresh_token }))
    .data as { access_token: string; refresh_token: string };
  const path = `/api/v1/identities/${id}/integration-tokens`;
  const reader = new Api(api.url, third.access_token);
  const apiToken = (await reader.post(path, { label: 'A token' })).data.token as string;
  await new Api(api.url, apiToken).get('/auth/me');
  return {
    reader: new Api(api.url, apiToken),
    canaries: [
      password,
      newPassword,
      ...[first, second, third].flatMap((tokens, n) => [
        tokenCanary(`access token ${n}`, tokens.access_token),
        tokenCanary(`refresh token ${n}`, tokens.refresh_token),
      ]),
      tokenCanary('an API token', apiToken),
    ],
  };
}

/** A webhook that signs, called rightly, wrongly, and with what its caller is known by. */
async function seedWebhook(api: Api): Promise<Canary> {
  const secret = canary('the secret of a webhook');
  const ref = 'default.canary';
  await api.post('/api/v1/triggers', { ref, label: 'Canary', enabled: true });
  const { webhook_key: key } = await api.post(`/api/v1/triggers/${ref}/webhooks/enable`, {
    hmac: { enabled: true, algorithm: 'sha256', secret: secret.value },
  });
  const body = '{"hello":"there"}';
  const signature = createHmac('sha256', secret.value).update(body).digest('hex');
  const send = (signedAs: string) =>
    new Api(api.url, null).ask('POST', `/api/v1/webhooks/${key}`, body, {
      'x-hub-signature-256': `sha256=${signedAs}`,
    });
  const statuses = [(await send(signature)).status, (await send('0'.repeat(64))).status];
  if (statuses.join() !== '200,401') throw new Error(`The webhook answered ${statuses.join()}`);
  return secret;
}
