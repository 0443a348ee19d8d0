import { createSecretKey, hkdfSync, type KeyObject } from 'node:crypto';
import { config } from '#server/config.ts';

const keys = new Map<string, KeyObject>();

/** A 256-bit key for one purpose, derived from the session secret; the secret itself signs nothing. */
export function sessionKey(purpose: 'access' | 'refresh' | 'cookie'): KeyObject {
  let key = keys.get(purpose);
  if (key === undefined) {
    const bytes = hkdfSync('sha256', config().ATTUNE_SESSION_SECRET, '', `attune ${purpose}`, 32);
    key = createSecretKey(new Uint8Array(bytes));
    keys.set(purpose, key);
  }
  return key;
}
