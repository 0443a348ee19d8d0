import { redactText } from '#server/audit/redact.ts';
import { sql } from '#server/db/sql.ts';

/** One login that was checked, as the audit keeps it. */
export interface PastLogin {
  readonly login: string;
  /** Null when it could not be known. */
  readonly address: string | null;
  /** The browser that had logged in as this login before; null for one that had not. */
  readonly device: string | null;
  readonly isRight: boolean;
  readonly ageSeconds: number;
}

/** Who tries to log in, and from where. */
export type LoginAttempt = Pick<PastLogin, 'login' | 'address' | 'device'>;

/** The audit's word for a wrong password of somebody who is logged in; it counts like one at the login. */
export const WRONG_PASSWORD = 'auth.password_refused';

export const LOGIN_WINDOW_SECONDS = 900;

/** Wrong passwords within the window. */
export const LOGIN_LIMITS = {
  /** Of one login from one address, or from one browser that is known; a right password starts anew. */
  here: 10,
  /** Of one login from everywhere together. */
  login: 50,
  /** Of one address for all logins together. */
  address: 50,
} as const;

/**
 * The seconds until this login may be tried; 0 = now. What counts is the audit's own record of logins, so all web
 * processes share it and it outlives them. It is read by what was typed, whether or not there is such a login.
 */
export async function secondsUntilLogin(attempt: LoginAttempt): Promise<number> {
  const asKept = {
    ...attempt,
    login: redactText(attempt.login, LOGIN_CHARS_MAX),
    address: attempt.address === null ? null : redactText(attempt.address),
  };
  const past = await sql.query<PastLogin>(RECENT_LOGINS, [
    LOGIN_WINDOW_SECONDS,
    asKept.login,
    asKept.address,
  ]);
  return secondsToWait(past, asKept);
}

/**
 * A browser that is known has a count of its own: whoever guesses from elsewhere, for as long as they like, does not
 * lock it out. Others share the counts of their login and their address.
 *
 * @param past newest first
 */
export function secondsToWait(past: readonly PastLogin[], attempt: LoginAttempt): number {
  const { login, address, device } = attempt;
  const ofLogin = past.filter((one) => one.login === login);
  if (device !== null) {
    const ofDevice = ofLogin.filter((one) => one.device === device);
    return waitOf(wrongSinceRight(ofDevice), LOGIN_LIMITS.here);
  }
  const strangers = ofLogin.filter((one) => one.device === null);
  const here = wrongSinceRight(strangers.filter((one) => one.address === address));
  const fromAddress =
    address === null ? [] : past.filter((one) => one.device === null && one.address === address);
  return Math.max(
    waitOf(here, LOGIN_LIMITS.here),
    waitOf(wrong(strangers), LOGIN_LIMITS.login),
    waitOf(wrong(fromAddress), LOGIN_LIMITS.address),
  );
}

const wrong = (past: readonly PastLogin[]): PastLogin[] => past.filter(({ isRight }) => !isRight);

function wrongSinceRight(past: readonly PastLogin[]): readonly PastLogin[] {
  const right = past.findIndex(({ isRight }) => isRight);
  return right === -1 ? past : past.slice(0, right);
}

/** Until so many have left the window that one more fits. A refused attempt is none, so it moves nothing. */
function waitOf(failures: readonly PastLogin[], limit: number): number {
  const oldestThatCounts = failures[limit - 1];
  if (oldestThatCounts === undefined) return 0;
  return Math.max(1, Math.ceil(LOGIN_WINDOW_SECONDS - oldestThatCounts.ageSeconds));
}

const LOGIN_CHARS_MAX = 200;

/** Far more than the limits let happen, so that a flood does not make the question dear. */
const RECENT_LOGINS = `
  select actor_login as login, actor_ip as address, details ->> 'device' as device, outcome = 'success' as "isRight",
         extract(epoch from clock_timestamp() - created)::float8 as "ageSeconds"
  from audit_event
  where event_type in ('auth.login', '${WRONG_PASSWORD}')
    and id > coalesce((select id from audit_event where created <= clock_timestamp() - make_interval(secs => $1)
                       order by created desc limit 1), 0)
    and created > clock_timestamp() - make_interval(secs => $1)
    and (actor_login = $2 or actor_ip = $3)
  order by id desc
  limit 1000`;
