import { sql } from '#server/db/sql.ts';
import { recordAudit } from '#server/audit/record.ts';
import { findIdentityByLogin, type IdentityRow } from './identities.ts';
import { checkPassword } from './password.ts';

export type LoginOutcome =
  | { readonly kind: 'ok'; readonly identity: IdentityRow }
  /** Wrong login, wrong password and frozen are one answer. */
  | { readonly kind: 'refused' }
  | { readonly kind: 'busy' };

/** Checks a password and writes down what came of it. */
export async function checkLogin(
  login: string,
  password: string,
  address: string | null = null,
): Promise<LoginOutcome> {
  const identity = await findIdentityByLogin(sql, login);
  const right = await checkPassword(identity?.password_hash ?? null, password);
  if (right === 'busy') return { kind: 'busy' };
  const ok = right && identity !== null && !identity.frozen;
  await recordAudit(sql, {
    category: 'auth',
    eventType: 'auth.login',
    outcome: ok ? 'success' : 'denied',
    actor: { id: identity?.id ?? null, login: login.slice(0, 200), kind: 'password', address },
  });
  return ok ? { kind: 'ok', identity } : { kind: 'refused' };
}
