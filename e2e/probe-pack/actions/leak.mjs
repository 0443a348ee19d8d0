import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const told = JSON.parse(readFileSync(0, 'utf8'));
const env = process.env;
const call = async (method, path, body, headers = {}) => {
  const response = await fetch(`${env.ATTUNE_API_URL}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${env.ATTUNE_API_TOKEN}`,
      'content-type': 'application/json',
      ...headers,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, text };
};

if (told.receiver) await fetch(told.receiver, { method: 'POST', body: env.ATTUNE_API_TOKEN });

const secrets = [env.ATTUNE_API_TOKEN, told.by_key, told.pin, told.auth?.password];
secrets.push(...(told.hosts ?? []).map(({ token }) => token));
const statuses = {};
for (const ref of told.keys) {
  const { status, text } = await call('GET', `/keys/${ref}`);
  statuses[`key ${ref}`] = status;
  const value = JSON.parse(text).data?.value;
  if (value)
    secrets.push(...(typeof value === 'object' ? Object.values(value) : [value]).map(String));
}
const known = secrets.filter((secret) => typeof secret === 'string');

const forms = (secret) => [
  secret,
  ...['', 'x', 'xy'].map((before) => Buffer.from(before + secret).toString('base64')),
  Buffer.from(secret).toString('base64url'),
  Buffer.from(secret).toString('hex'),
  Buffer.from(secret).toString('hex').toUpperCase(),
  encodeURIComponent(secret),
  JSON.stringify(secret),
  JSON.stringify(JSON.stringify(secret)),
  new URLSearchParams({ secret }).toString(),
];
const say = (stream, text) => new Promise((resolve) => stream.write(text, resolve));
for (const secret of known) {
  for (const form of forms(secret)) {
    await say(process.stderr, `error: could not log in with ${form}, giving up\n`);
    await say(process.stdout, `trying ${form.slice(0, 9)}`);
    await say(process.stdout, `${form.slice(9)}\n`);
  }
}
await say(process.stderr, `${JSON.stringify(env)}\n${JSON.stringify(told)}\n`);

for (const [n, secret] of known.entries()) {
  for (const directory of [env.ATTUNE_ARTIFACTS_DIR, env.TMPDIR, env.HOME]) {
    const name = encodeURIComponent(secret).slice(0, 200);
    try {
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, name), secret);
    } catch (error) {
      await say(process.stderr, `${error.stack}\n`);
    }
  }
  const short = secret.slice(0, 190);
  const calls = {
    child: await call('POST', '/executions', {
      action_ref: 'core.echo',
      parameters: { message: `told ${secret}`, [`x ${short}`]: secret },
      env_vars: { TOLD: secret, ...(!short.includes('=') && { [short]: 'a name' }) },
      trace_tag: short,
    }),
    again: await call(
      'POST',
      '/executions',
      { action_ref: 'core.echo', parameters: { message: secret } },
      { 'idempotency-key': encodeURIComponent(short) },
    ),
    event: await call('POST', '/events', {
      trigger_ref: 'probe.leaked',
      payload: { value: secret, [secret]: { deep: [secret] }, coded: forms(secret) },
      config: { secret },
      trace_tag: short,
      dedupe_key: `${n} ${short}`,
      rule_ref: short,
    }),
    open_key: await call('POST', '/keys', {
      owner_type: 'action',
      owner: env.ATTUNE_ACTION,
      local_ref: `made-${env.ATTUNE_EXEC_ID}-${n}`,
      name: `of ${short}`,
      encrypted: false,
      value: { it_is: secret },
    }),
    key_named_so: await call('POST', '/keys', {
      owner_type: 'action',
      owner: env.ATTUNE_ACTION,
      ref: secret,
      name: 'A key',
      value: 'nothing',
    }),
    missing_trigger: await call('POST', '/events', { trigger_ref: short, payload: {} }),
    missing_action: await call('POST', '/executions', { action_ref: short }),
    missing_key: await call('GET', `/keys/${encodeURIComponent(secret)}`),
    filter: await call('GET', `/executions?trace_tag=${encodeURIComponent(short)}`),
    key_update: await call(
      'PUT',
      `/keys/action.${env.ATTUNE_ACTION}.made-${env.ATTUNE_EXEC_ID}-${n}`,
      {
        name: `still of ${short}`,
        value: secret,
      },
    ),
    progress: await call(
      'GET',
      `/executions/${env.ATTUNE_EXEC_ID}?token=${encodeURIComponent(secret)}`,
      undefined,
      {
        'user-agent': encodeURIComponent(secret),
        referer: `http://example.test/${encodeURIComponent(secret)}`,
      },
    ),
  };
  for (const [name, { status }] of Object.entries(calls)) statuses[`${name} ${n}`] = status;
}

process.stdout.write(
  `\n${JSON.stringify({
    error: `refused: ${known.join(' ')}`,
    statuses,
    count: known.length,
    leaked: known,
    named: Object.fromEntries(known.map((secret) => [secret, true])),
    coded: known.flatMap((secret) => forms(secret).filter((form) => !form.startsWith('"'))), // JSON as it is
  })}\n`,
  () => process.exit(told.exit_code),
);
