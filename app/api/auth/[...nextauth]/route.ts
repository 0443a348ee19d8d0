import NextAuth from 'next-auth';
import type { NextRequest } from 'next/server';
import { loginVisit } from '#server/auth/login-visit.ts';
import { authOptions } from '#server/auth/session.ts';

interface Context {
  readonly params: Promise<{ nextauth: string[] }>;
}

// Made per request: the options hold the session key, which a build must not need.
const handle = async (request: NextRequest, context: Context): Promise<Response> => {
  const visit = loginVisit(request);
  return visit.answer((await NextAuth(request, context, authOptions(visit))) as Response);
};

export { handle as GET, handle as POST };
