import { describe, expect, test } from 'vitest';
import { REDACTED, redactDetails, redactText } from './redact.ts';

describe('what is redacted by its name', () => {
  test.each([
    'password',
    'new_password',
    'newPassword',
    'client_secret',
    'clientSecret',
    'access_token',
    'refreshToken',
    'Authorization',
    'cookie',
    'set-cookie',
    'x-api-key',
    'apiKey',
    'private_key',
    'credentials',
    'password_hash',
    'ciphertext',
  ])('%s, whatever it holds', (name) => {
    expect(redactDetails({ [name]: 'short' })).toEqual({ [name]: REDACTED });
    expect(redactDetails({ a: [{ [name]: { inner: 1 } }] })).toEqual({
      a: [{ [name]: REDACTED }],
    });
  });

  test.each([
    'token_type',
    'key_id',
    'secretary',
    'changed',
    'ref',
    'tokenised',
    'has_password_set',
  ])('%s is a name like any other', (name) => {
    expect(redactDetails({ [name]: 'shown' })).toEqual({ [name]: 'shown' });
  });
});

describe('what is redacted by its shape', () => {
  test.each([
    ['a JWT', `got eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl here`, `got ${REDACTED} here`],
    ['an API token', 'attune_it_abcDEF123 was used', `${REDACTED} was used`],
    ['a webhook key', `/hooks/wh_${'0a'.repeat(16)}`, `/hooks/${REDACTED}`],
    ['a header', 'Authorization: Bearer abcdefgh12345', `Authorization: ${REDACTED}`],
    ['a URL with a password', 'postgres://me:pw@db:5432/x', `postgres://${REDACTED}@db:5432/x`],
    ['a private key that was cut off', '-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkq', REDACTED],
    ['a password hash', '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA', REDACTED],
  ])('%s, wherever it stands', (_, given, shown) => {
    expect(redactText(given)).toBe(shown);
    expect(redactDetails({ note: [given] })).toEqual({ note: [shown] });
    expect(redactDetails({ [given]: 1 })).toEqual({ [shown]: 1 });
  });
});

test('details stay small and storable, whatever is put in', () => {
  const deep: Record<string, unknown> = {};
  let at = deep;
  for (let i = 0; i < 1_000; i++) at = at['d'] = {} as Record<string, unknown>;
  const text = JSON.stringify(
    redactDetails({
      deep,
      long: 'x'.repeat(1_000_000),
      many: Array.from({ length: 100_000 }, (_, n) => n),
      nul: 'a\u0000b\uD800c',
      when: new Date(0),
      big: 2n ** 70n,
      never: undefined,
      nan: Number.NaN,
    }),
  );
  expect(text.length).toBeLessThan(5_000);
  expect(JSON.parse(text)).toMatchObject({
    nul: 'a\uFFFDb\uFFFDc',
    when: '1970-01-01T00:00:00.000Z',
    big: '1180591620717411303424',
    nan: 'NaN',
  });
  expect(
    JSON.stringify(
      redactDetails(JSON.parse('{"__proto__":{"a":1}}') as object as Record<string, unknown>),
    ),
  ).toBe('{"__proto__":{"a":1}}');
});
