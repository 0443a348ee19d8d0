import { cookies, headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { cache } from 'react';
import { AppError } from '#lib/errors.ts';
import type { IdentityActor } from './actor.ts';
import { readSession, readSessionCookie } from './session.ts';

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
  try {
    return await readSession(
      readSessionCookie((name) => jar.get(name)?.value),
      null,
    );
  } catch (error) {
    if (error instanceof AppError && error.code === 'UNAUTHORIZED') return null;
    throw error;
  }
});
