import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { config } from '#server/config.ts';

/**
 * A browser that has logged in keeps a signed cookie that says so. It opens nothing: it only lets its owner try a
 * password while somebody else's guesses have used up what strangers may try.
 */
const DEVICE_SECONDS = 180 * 24 * 3_600;

const isSecure = (): boolean => config().apiUrl.startsWith('https:');

export const deviceCookieName = (): string =>
  `${isSecure() ? '__Secure-' : ''}attune-device-${new URL(config().apiUrl).port || 'web'}`;

/** The whole `Set-Cookie` of a browser that has just logged in. */
export function deviceCookie(login: string): string {
  const id = randomBytes(12).toString('base64url');
  const attributes = `Path=/; Max-Age=${DEVICE_SECONDS}; HttpOnly; SameSite=Lax${isSecure() ? '; Secure' : ''}`;
  return `${deviceCookieName()}=${id}.${signatureOf(id, login).toString('base64url')}; ${attributes}`;
}

/** Which browser this is, if it has logged in as this login before; else null. */
export function readDevice(cookie: string | undefined, login: string): string | null {
  const [, id = '', given = ''] = /^([\w-]{16})\.([\w-]{43})$/.exec(cookie ?? '') ?? [];
  const expected = signatureOf(id, login);
  const bytes = Buffer.from(given, 'base64url');
  return bytes.length === expected.length && timingSafeEqual(bytes, expected) ? id : null;
}

function signatureOf(id: string, login: string): Buffer {
  const key = hkdfSync('sha256', config().ATTUNE_SESSION_SECRET, '', 'attune device', 32);
  return createHmac('sha256', new Uint8Array(key)).update(`${id}\0${login}`).digest();
}
