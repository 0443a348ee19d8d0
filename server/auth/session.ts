import type { NextAuthOptions } from 'next-auth';
import Credentials from 'next-auth/providers/credentials';
import { decode } from 'next-auth/jwt';
import { config } from '#server/config.ts';
import type { IdentityActor } from './actor.ts';
import { currentIdentity, identityActor } from './access-token.ts';
import { sessionKey } from './keys.ts';
import type { LoginVisit } from './login-visit.ts';

const SESSION_SECONDS = 7 * 24 * 3_600;

const secret = (): string => sessionKey('cookie').export().toString('base64url');

/** `Secure` exactly when the public address is https: otherwise a browser would not send the cookie back. */
const isSecure = (): boolean => config().apiUrl.startsWith('https:');

/** Cookies know no ports: two copies on one host need names of their own, or they log each other out. */
const sessionCookieName = (): string =>
  `${isSecure() ? '__Secure-' : ''}attune-session-${new URL(config().apiUrl).port || 'web'}`;

const cookie = (name: string) => ({
  name,
  options: { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: isSecure() },
});

/** next-auth for the browser: a password, and a signed cookie that carries an identity's id and session epoch. */
export const authOptions = (visit: LoginVisit): NextAuthOptions => ({
  secret: secret(),
  useSecureCookies: isSecure(),
  session: { strategy: 'jwt', maxAge: SESSION_SECONDS },
  pages: { signIn: '/login' },
  cookies: {
    sessionToken: cookie(sessionCookieName()),
    csrfToken: cookie(`${sessionCookieName()}-csrf`),
    callbackUrl: cookie(`${sessionCookieName()}-callback`),
  },
  providers: [
    Credentials({
      credentials: { login: { label: 'Login' }, password: { label: 'Password', type: 'password' } },
      authorize: async (given) => {
        const outcome = await visit.logIn(given?.login ?? '', given?.password ?? '');
        // next-auth hands the message of a thrown error to the page; null is a refusal.
        if (outcome.kind === 'refused') return null;
        if (outcome.kind !== 'ok') throw new Error(outcome.kind);
        const { id, login, session_epoch: epoch } = outcome.identity;
        return { id: String(id), name: login, epoch };
      },
    }),
  ],
  callbacks: {
    jwt: ({ token, user }) =>
      user === undefined
        ? token
        : { sub: user.id, name: user.name ?? '', epoch: Reflect.get(user, 'epoch') as number },
  },
});

/**
 * The session cookie's value, by whatever reads one cookie. next-auth splits what is too long for one into `name.0`,
 * `name.1`, …
 */
export function readSessionCookie(read: (name: string) => string | undefined): string | undefined {
  const name = sessionCookieName();
  const whole = read(name);
  if (whole !== undefined) return whole;
  const parts: string[] = [];
  for (let part = read(`${name}.0`); part !== undefined; part = read(`${name}.${parts.length}`))
    parts.push(part);
  return parts.length === 0 ? undefined : parts.join('');
}

/**
 * Who is behind a session cookie; null without one.
 *
 * @throws AppError `UNAUTHORIZED` when the identity is gone, frozen, or has ended its older sessions
 */
export async function readSession(
  value: string | undefined,
  address: string | null,
): Promise<IdentityActor | null> {
  if (value === undefined || value === '') return null;
  const claims = await decode({ token: value, secret: secret() }).catch(() => null);
  const epoch = claims?.['epoch'];
  if (claims?.sub === undefined || typeof epoch !== 'number') return null;
  return identityActor(await currentIdentity(Number(claims.sub), epoch), 'session', address);
}
