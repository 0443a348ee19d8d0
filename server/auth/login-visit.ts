import { clientAddress } from '#server/http/address.ts';
import { deviceCookie, deviceCookieName } from './login-device.ts';
import { checkLogin, type LoginOutcome } from './login.ts';

/** A browser at the login page: what it brings along, and what it is told besides what next-auth says. */
export interface LoginVisit {
  logIn(login: string, password: string): Promise<LoginOutcome>;
  /** next-auth's answer, with 429 and `Retry-After` or the cookie of a known browser where they are due. */
  answer(response: Response): Response;
}

export function loginVisit(request: Request): LoginVisit {
  const address = clientAddress(request.headers);
  let outcome: LoginOutcome | null = null;
  return {
    logIn: async (login, password) => {
      const cookie = readCookie(request.headers.get('cookie') ?? '', deviceCookieName());
      outcome = await checkLogin(login, password, { address, deviceCookie: cookie });
      return outcome;
    },
    answer: (response) => {
      if (outcome === null || outcome.kind === 'refused') return response;
      const headers = new Headers(response.headers);
      if (outcome.kind === 'ok') {
        headers.append('set-cookie', deviceCookie(outcome.identity.login));
        return new Response(response.body, { status: response.status, headers });
      }
      headers.set('retry-after', String(outcome.retryAfterSeconds));
      return new Response(response.body, { status: 429, headers });
    },
  };
}

function readCookie(header: string, name: string): string | undefined {
  const pair = header.split(';').find((one) => one.trim().startsWith(`${name}=`));
  return pair?.trim().slice(name.length + 1);
}
