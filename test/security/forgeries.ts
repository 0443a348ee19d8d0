import { createHmac, generateKeyPairSync, sign as signBytes } from 'node:crypto';
import { exportJWK } from 'jose';
import { mintRefreshToken } from '#server/auth/access-token.ts';
import { AUDIENCE } from '#server/auth/claims.ts';

/** What the forgeries are made from; a test fills it in before it asks for one. */
export const scene: {
  /** Of a good token. */
  claims: Record<string, unknown> & { jti: string; sub: string };
  /** Where nobody may ask for anything. */
  url: string;
} = { claims: { jti: '', sub: '' }, url: '' };

/** A worker's key of this installation; here the test has its private half, as no attacker has. */
export const worker = generateKeyPairSync('ed25519');
export const stranger = generateKeyPairSync('ed25519');
export const KID = 'worker-1-test';
const TYP = 'attune-exec+jwt';

const part = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A compact token of exactly these parts. */
export function token(
  header: unknown,
  claims: unknown,
  sign: (text: string) => Buffer = (text) => signBytes(null, Buffer.from(text), worker.privateKey),
): string {
  const text = `${part(header)}.${part(claims)}`;
  return `${text}.${sign(text).toString('base64url')}`;
}

export const HEADER = { alg: 'EdDSA', typ: TYP, kid: KID };
const publicPem = () => worker.publicKey.export({ type: 'spki', format: 'pem' }).toString();
const publicRaw = () => worker.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
const hmac = (key: string | Buffer) => (text: string) =>
  createHmac('sha256', key).update(text).digest();
export const byStranger = (text: string) => signBytes(null, Buffer.from(text), stranger.privateKey);

/** Each attack as a token; none of them may learn anything. */
export const forgeries: readonly [what: string, make: () => string | Promise<string>][] = [
  ...['none', 'None', 'NONE', 'nOnE', ''].map((alg): [string, () => string] => [
    `alg ${JSON.stringify(alg)} without a signature`,
    () => `${part({ ...HEADER, alg })}.${part(scene.claims)}.`,
  ]),
  ['alg none with a signature', () => token({ ...HEADER, alg: 'none' }, scene.claims)],
  [
    'HS256 with the public key as PEM',
    () => token({ ...HEADER, alg: 'HS256' }, scene.claims, hmac(publicPem())),
  ],
  [
    'HS256 with the raw public key',
    () => token({ ...HEADER, alg: 'HS256' }, scene.claims, hmac(publicRaw())),
  ],
  [
    'HS256 access token with the public key',
    () =>
      token(
        { alg: 'HS256', typ: 'attune-access+jwt' },
        { ...scene.claims, epoch: 0 },
        hmac(publicPem()),
      ),
  ],
  [
    'HS256 access token with an empty key',
    () =>
      token(
        { alg: 'HS256', typ: 'attune-access+jwt' },
        { ...scene.claims, sub: '1', epoch: 0 },
        hmac(''),
      ),
  ],
  ['no alg', () => token({ typ: TYP, kid: KID }, scene.claims)],
  ['another curve by name', () => token({ ...HEADER, alg: 'ES256' }, scene.claims)],
  [
    'a key of its own in jwk',
    async () =>
      token({ ...HEADER, jwk: await exportJWK(stranger.publicKey) }, scene.claims, byStranger),
  ],
  [
    'a key of its own in jwk and no kid',
    async () =>
      token(
        { alg: 'EdDSA', typ: TYP, jwk: await exportJWK(stranger.publicKey) },
        scene.claims,
        byStranger,
      ),
  ],
  ['jku', () => token({ ...HEADER, jku: `${scene.url}/jku` }, scene.claims, byStranger)],
  ['x5u', () => token({ ...HEADER, x5u: `${scene.url}/x5u` }, scene.claims, byStranger)],
  [
    'jku without a kid',
    () => token({ alg: 'EdDSA', typ: TYP, jku: `${scene.url}/jku2` }, scene.claims, byStranger),
  ],
  ['an unknown critical header', () => token({ ...HEADER, crit: ['exp'], exp: 1 }, scene.claims)],
  ...[
    '../../../../dev/null',
    '/etc/passwd',
    "x' or '1'='1",
    "'; drop table token; --",
    `${KID}'--`,
    'a\0b',
    '\uD800',
    '',
    'k'.repeat(5_000),
    `http://127.0.0.1/${KID}`,
    '__proto__',
    'constructor',
  ].map((kid): [string, () => string] => [
    `kid ${JSON.stringify(kid).slice(0, 40)}`,
    () => token({ ...HEADER, kid }, scene.claims),
  ]),
  ...[7, null, {}, [KID], true, { $ne: null }].map((kid): [string, () => string] => [
    `kid ${JSON.stringify(kid)} that is no text`,
    () => token({ ...HEADER, kid }, scene.claims),
  ]),
  [
    'the key of another worker',
    () => token({ ...HEADER, kid: 'worker-2-test' }, scene.claims, byStranger),
  ],
  ['a stranger who names our key', () => token(HEADER, scene.claims, byStranger)],
  ['no typ', () => token({ alg: 'EdDSA', kid: KID }, scene.claims)],
  ['typ JWT', () => token({ ...HEADER, typ: 'JWT' }, scene.claims)],
  ['typ of an access token', () => token({ ...HEADER, typ: 'attune-access+jwt' }, scene.claims)],
  ['typ of a sensor', () => token({ ...HEADER, typ: 'attune-sensor+jwt' }, scene.claims)],
  [
    'typ and type of a sensor',
    () => token({ ...HEADER, typ: 'attune-sensor+jwt' }, { ...scene.claims, token_type: 'sensor' }),
  ],
  ...(
    [
      ['no aud', { aud: undefined }],
      ['another aud', { aud: 'attune-web' }],
      ['aud as a list', { aud: [AUDIENCE] }],
      ['no iss', { iss: undefined }],
      ['the issuer of another installation', { iss: 'https://attune.example' }],
      ['the issuer with a slash', { iss: 'http://127.0.0.1:3000/' }],
      ['no token_type', { token_type: undefined }],
      ['token_type access', { token_type: 'access' }],
      ['no exp', { exp: undefined }],
      ['exp as text', { exp: '9999999999' }],
      ['exp as a fraction', { exp: 9_999_999_999.5 }],
      ['exp beyond all numbers', { exp: 1e300 }],
      ['exp null', { exp: null }],
      ['nbf as text', { nbf: '0' }],
      ['no jti', { jti: undefined }],
      ['jti as SQL', { jti: "' or 1=1 --" }],
      ['no sub', { sub: undefined }],
      ['sub as a number', { sub: 1 }],
      ['sub negative', { sub: '-1' }],
      ['sub beyond all ids', { sub: '9'.repeat(40) }],
    ] as [string, Record<string, unknown>][]
  ).map(([what, change]): [string, () => string] => [
    what,
    () => token(HEADER, { ...scene.claims, ...change }),
  ]),
  ['claims that are no JSON', () => token(HEADER, '{"jti":')],
  ['claims that are a list', () => token(HEADER, [scene.claims])],
  ['claims that are text', () => token(HEADER, '"admin"')],
  ['a header that is no JSON', () => token('{"alg":', scene.claims)],
  [
    'a header nested without end',
    () => token(`{"alg":"EdDSA","x":${'['.repeat(1_500)}${']'.repeat(1_500)}}`, scene.claims),
  ],
  [
    'changed claims',
    () => {
      const [header, , signature] = token(HEADER, scene.claims).split('.');
      return `${header}.${part({ ...scene.claims, scope: ['admin'] })}.${signature}`;
    },
  ],
  ['a cut signature', () => token(HEADER, scene.claims).slice(0, -4)],
  ['no signature', () => token(HEADER, scene.claims).replace(/\.[^.]*$/, '.')],
  ['two parts', () => token(HEADER, scene.claims).replace(/\.[^.]*$/, '')],
  ['four parts', () => `${token(HEADER, scene.claims)}.x`],
  ['an oversized token', () => token(HEADER, { ...scene.claims, x: 'x'.repeat(100_000) })],
  ['nothing but dots', () => '..'],
  ['not a token', () => 'x'],
  [
    'a refresh token',
    () => mintRefreshToken({ id: 1, login: 'ada', session_epoch: 0 }, crypto.randomUUID()),
  ],
];
