import { sql } from '#server/db/sql.ts';
import { type AuditRecord, recordAudit } from '#server/audit/record.ts';
import { findIdentityByLogin, type IdentityRow } from './identities.ts';
import { readDevice } from './login-device.ts';
import { inTurnOf } from './login-turn.ts';
import { checkPassword } from './password.ts';
import { secondsUntilLogin, WRONG_PASSWORD } from './rate-limit.ts';

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
const BUSY = { kind: 'busy', retryAfterSeconds: 2 } as const;

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

/** What came of asking somebody who is logged in for their password once more. */
export type PasswordConfirmation =
  | { readonly kind: 'right' | 'wrong' }
  | { readonly kind: 'limited' | 'busy'; readonly retryAfterSeconds: number };

/**
 * Asks for the password again. Whoever has stolen a session guesses here no faster than at the login: the wrong ones
 * count together.
 */
export async function confirmPassword(
  { id, login, password_hash }: IdentityRow,
  password: string,
  by: Pick<AuditRecord['actor'], 'kind' | 'address'>,
): Promise<PasswordConfirmation> {
  const outcome = await inTurnOf(login, async (): Promise<PasswordConfirmation> => {
    const attempt = { login, address: by.address, device: null };
    const retryAfterSeconds = await secondsUntilLogin(attempt);
    if (retryAfterSeconds > 0) return { kind: 'limited', retryAfterSeconds };
    const right = await checkPassword(password_hash, password);
    if (right === 'busy') return BUSY;
    if (right) return { kind: 'right' };
    await recordAudit(sql, {
      category: 'auth',
      eventType: WRONG_PASSWORD,
      outcome: 'denied',
      actor: { id, login, ...by },
    });
    return { kind: 'wrong' };
  });
  return outcome ?? BUSY;
}

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
