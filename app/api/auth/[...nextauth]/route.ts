import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { authOptions } from '#server/auth/session.ts';

interface Context {
  readonly params: Promise<{ nextauth: string[] }>;
}

// Made per request: the options hold the session key, which a build must not need.
const handle = (request: NextRequest, context: Context): Promise<Response> =>
  NextAuth(request, context, authOptions()) as Promise<Response>;

export { handle as GET, handle as POST };
