import { describe, expect, test } from 'vitest';
import {
  ACTION_VARIABLES,
  checkEnvVars,
  ENV_VALUE_BYTES_MAX,
  resolveApiUrl,
  SENSOR_VARIABLES,
  type VariableDoc,
} from './environment.ts';

describe('what a request may set', () => {
  const refusedNames = (...names: string[]) => {
    const check = checkEnvVars(Object.fromEntries(names.map((name) => [name, 'x'])));
    return check.ok ? [] : check.refused.map(({ name }) => name);
  };

  test('is not what makes something else run or be trusted, in any case', () => {
    const names = `
      ATTUNE_X attune_action LD_PRELOAD ld_library_path DYLD_INSERT_LIBRARIES PATH HOME IFS
      ENV BASH_ENV BASH_FUNC_ls%% SHELLOPTS PS4 PROMPT_COMMAND NODE_OPTIONS NODE_PATH
      NODE_EXTRA_CA_CERTS NODE_TLS_REJECT_UNAUTHORIZED PYTHONPATH PYTHONSTARTUP PERL5LIB
      PERL5OPT RUBYOPT RUBYLIB JAVA_TOOL_OPTIONS _JAVA_OPTIONS GIT_SSH_COMMAND SSH_ASKPASS
      GCONV_PATH LOCPATH SSL_CERT_FILE CURL_CA_BUNDLE REQUESTS_CA_BUNDLE HTTPS_PROXY
      http_proxy no_proxy ALL_PROXY npm_config_registry NPM_TOKEN PIP_INDEX_URL UV_INDEX
      GEM_HOME BUNDLE_PATH CARGO_HOME GOPROXY GOFLAGS TMPDIR PWD
    `
      .trim()
      .split(/\s+/);
    expect(refusedNames(...names)).toEqual(names);
  });

  test('is anything else', () => {
    expect(
      refusedNames(
        'FOO',
        'LANG',
        'TZ',
        'LC_ALL',
        'GOOGLE_APPLICATION_CREDENTIALS',
        'AWS_REGION',
        'NODE_ENV',
        'my var',
        'KUBECONFIG',
        'DEBUG',
      ),
    ).toEqual([]);
  });

  test('has a name without =, NUL and line breaks', () => {
    expect(refusedNames('', 'A=B', 'A\0', 'A\nB', 'A\r')).toHaveLength(5);
  });

  test('has a value that the kernel takes', () => {
    expect(checkEnvVars({ A: 'x'.repeat(ENV_VALUE_BYTES_MAX) }).ok).toBe(true);
    expect(checkEnvVars({ A: 'ö'.repeat(ENV_VALUE_BYTES_MAX / 2 + 1) })).toMatchObject({
      ok: false,
      refused: [{ name: 'A' }],
    });
    expect(checkEnvVars({ A: 'x\0y' }).ok).toBe(false);
    const many = Object.fromEntries(
      Array.from({ length: 12 }, (_, i) => [`V${i}`, 'x'.repeat(90_000)]),
    );
    expect(checkEnvVars(many)).toMatchObject({
      ok: false,
      refused: [{ name: 'V0', reason: expect.stringContaining('1048576') as string }],
    });
  });

  test('is refused in a sentence that names the pattern', () => {
    expect(checkEnvVars({ HTTPS_PROXY: 'x' })).toEqual({
      ok: false,
      refused: [
        {
          name: 'HTTPS_PROXY',
          reason: '`HTTPS_PROXY` cannot be set: names like `*_PROXY` are refused.',
        },
      ],
    });
  });
});

test.each([
  [{ configured: 'https://a.example/base//', host: 'x', port: 1 }, 'https://a.example/base'],
  [{ configured: null, host: '0.0.0.0', port: 3000 }, 'http://127.0.0.1:3000'],
  [{ configured: null, host: '::', port: 3000 }, 'http://127.0.0.1:3000'],
  [{ configured: '', host: '[::]', port: 3000 }, 'http://127.0.0.1:3000'],
  [{ configured: null, host: '::1', port: 3000 }, 'http://[::1]:3000'],
  [{ configured: null, host: '[fe80::1]', port: 3000 }, 'http://[fe80::1]:3000'],
  [{ configured: null, host: 'localhost', port: 80 }, 'http://localhost:80'],
])('the API of %j is %s', (address, url) => expect(resolveApiUrl(address)).toBe(url));

test('a counterpart names a variable of the other side', () => {
  const names = (table: readonly VariableDoc[]) => table.map(({ name }) => name);
  const counterparts = (table: readonly VariableDoc[]) =>
    table.flatMap(({ counterpart }) => counterpart ?? []);
  expect(names(SENSOR_VARIABLES)).toEqual(expect.arrayContaining(counterparts(ACTION_VARIABLES)));
  expect(names(ACTION_VARIABLES)).toEqual(expect.arrayContaining(counterparts(SENSOR_VARIABLES)));
});
