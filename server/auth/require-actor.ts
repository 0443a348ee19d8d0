import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { AppError } from '#lib/errors.ts';
import type { IdentityActor } from './actor.ts';
import { readSession, sessionCookieName } from './session.ts';

/** Who looks at the page; strangers, and those whose session has ended, are sent to the login. Once per request. */
export const requireActor = cache(async (): Promise<IdentityActor> => {
  const actor = await findActor();
  if (actor !== null) return actor;
  const wanted = (await headers()).get('x-attune-path') ?? '/';
  redirect(wanted === '/' ? '/login' : `/login?next=${encodeURIComponent(wanted)}`);
});

/** Who looks at the page, or null. */
export const findActor = cache(async (): Promise<IdentityActor | null> => {
  const jar = await cookies();
  const name = sessionCookieName();
  const whole = jar.get(name)?.value ?? splitCookie(name, (part) => jar.get(part)?.value);
  try {
    return await readSession(whole, null);
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHORIZED') return null;
    throw error;
  }
});

/** next-auth splits what is too long for one cookie into `name.0`, `name.1`, … */
function splitCookie(name: string, read: (part: string) => string | undefined): string | undefined {
  const parts: string[] = [];
  for (let part = read(`${name}.0`); part !== undefined; part = read(`${name}.${parts.length}`))
    parts.push(part);
  return parts.length === 0 ? undefined : parts.join('');
}
