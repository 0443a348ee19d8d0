import { sql } from '#server/db/sql.ts';
import { recordAudit } from '#server/audit/record.ts';
import { findIdentityByLogin, type IdentityRow } from './identities.ts';
import { readDevice } from './login-device.ts';
import { inTurnOf } from './login-turn.ts';
import { checkPassword } from './password.ts';
import { secondsUntilLogin } from './rate-limit.ts';

export type LoginOutcome =
  | { readonly kind: 'ok'; readonly identity: IdentityRow }
  /** Wrong login, wrong password and frozen are one answer. */
  | { readonly kind: 'refused' }
  /** Too many wrong passwords before; the password was not looked at. */
  | { readonly kind: 'limited'; readonly retryAfterSeconds: number }
  | { readonly kind: 'busy'; readonly retryAfterSeconds: number };

interface LoginOrigin {
  readonly address?: string | null;
  /** As the browser sent it. */
  readonly deviceCookie?: string | undefined;
}

const LOGIN_CHARS_MAX = 200;
const PASSWORD_CHARS_MAX = 1_000;
const BUSY: LoginOutcome = { kind: 'busy', retryAfterSeconds: 2 };

/** Checks a password and writes down what came of it. */
export async function checkLogin(
  login: string,
  password: string,
  { address = null, deviceCookie }: LoginOrigin = {},
): Promise<LoginOutcome> {
  if (!isPossible(login, LOGIN_CHARS_MAX) || !isPossible(password, PASSWORD_CHARS_MAX))
    return { kind: 'refused' };
  const device = readDevice(deviceCookie, login);
  const outcome = await inTurnOf(login, () => check({ login, password, address, device }));
  return outcome ?? BUSY;
}

/** What no identity can have is refused at once: that says nothing about those that there are. */
const isPossible = (text: string, charsMax: number): boolean =>
  text.length <= charsMax && !text.includes('\0') && text.isWellFormed();

interface Attempt {
  readonly login: string;
  readonly password: string;
  readonly address: string | null;
  readonly device: string | null;
}

async function check({ login, password, address, device }: Attempt): Promise<LoginOutcome> {
  const retryAfterSeconds = await secondsUntilLogin({ login, address, device });
  if (retryAfterSeconds > 0) return { kind: 'limited', retryAfterSeconds };
  const identity = await findIdentityByLogin(sql, login);
  const right = await checkPassword(identity?.password_hash ?? null, password);
  if (right === 'busy') return BUSY;
  const ok = right && identity !== null && !identity.frozen;
  await recordAudit(sql, {
    category: 'auth',
    eventType: 'auth.login',
    outcome: ok ? 'success' : 'denied',
    actor: { id: identity?.id ?? null, login, kind: 'password', address },
    ...(device !== null && { details: { device } }),
  });
  return ok ? { kind: 'ok', identity } : { kind: 'refused' };
}
