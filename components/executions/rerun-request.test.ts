import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { changedParameters, curlOf, knownParameters } from './rerun-request.ts';

const config = {
  host: `db 1's $HOME`,
  token: '[masked: token]',
  key: '{{ key.pack.web.k }}',
  auth: { user: 'ada', password: '[masked: auth.password]' },
  hosts: ['a', '[masked: hosts.1]'],
};
const run = { id: 17, action_ref: 'web.go', config, env_vars: {} };

test('what holds a secret somewhere is told apart from what anybody may read', () => {
  expect(knownParameters(config)).toEqual({
    open: { host: config.host, key: config.key },
    secret: ['token', 'auth', 'hosts'],
  });
});

describe('the command that runs it once more', () => {
  /** What a shell would hand to curl. */
  const given = (command: string): string[] =>
    execFileSync('sh', ['-c', command.replace(/^curl/, `printf '%s\\0'`)], {
      env: { ATTUNE_TOKEN: 't0ken', NODE_ENV: 'test' },
    })
      .toString()
      .split('\0')
      .slice(0, -1);

  test('is what a shell reads as one request, whatever the parameters hold', () => {
    const [, , url, , token, , type, , body = ''] = given(curlOf('http://a:1', run));
    expect([url, token, type]).toEqual([
      'http://a:1/api/v1/executions',
      'Authorization: Bearer t0ken',
      'Content-Type: application/json',
    ]);
    expect(JSON.parse(body)).toEqual({
      action_ref: 'web.go',
      rerun_of: 17,
      parameters: { host: config.host, key: config.key },
    });
  });

  test('holds no secret and no mask', () => {
    const env_vars = { MODE: 'x', PASSWORD: '[masked: k]' };
    expect(curlOf('http://a:1', { ...run, env_vars })).not.toContain('masked');
    expect(curlOf('http://a:1', { ...run, env_vars: { MODE: 'x' } })).toContain('"MODE": "x"');
  });
});

test('what was taken out of a form is taken away; a secret that was left empty comes along', () => {
  expect(changedParameters(config, { host: 'db2' })).toEqual({ host: 'db2', key: null });
  expect(changedParameters(config, { ...config, token: 'new' })).toMatchObject({ token: 'new' });
});
