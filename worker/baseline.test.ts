import { expect, test } from 'vitest';
import { baselineVariables, passedThrough } from './baseline.ts';

test('a process inherits PATH, LANG, TZ and LC_*, and nothing else', () => {
  const host = {
    NODE_ENV: 'production',
    PATH: '/root/bin:/usr/local/lib/node_modules/npm/bin:/usr/local/bin:/usr/bin:/bin',
    LANG: 'de_DE.UTF-8',
    TZ: 'Europe/Berlin',
    LC_TIME: 'C',
    HOME: '/root',
    DATABASE_URL: 'postgres://secret',
  } as const;

  expect(baselineVariables(host)).toEqual({
    PATH: '/usr/local/bin:/usr/bin:/bin',
    LANG: 'de_DE.UTF-8',
    TZ: 'Europe/Berlin',
    LC_TIME: 'C',
  });
});

test('what the operator names is passed on where the worker has it', () => {
  const host = { NODE_ENV: 'production', HTTPS_PROXY: 'http://proxy:3128' } as const;
  expect(passedThrough(['HTTPS_PROXY', 'MISSING'], host)).toEqual({
    HTTPS_PROXY: 'http://proxy:3128',
  });
});
