import NextAuth from 'next-auth';
import { NextRequest } from 'next/server';
import { loginVisit } from '#server/auth/login-visit.ts';
import { serveSessionCall } from '#server/auth/session-calls.ts';
import { authOptions } from '#server/auth/session.ts';
import { notServed } from '#server/http/not-served.ts';

interface Context {
  readonly params: Promise<{ nextauth: string[] }>;
}

const handle = async (request: NextRequest, context: Context): Promise<Response> => {
  const { nextauth } = await context.params;
  return serveSessionCall(request, nextauth.join('/'), async (form) => {
    const { method, headers, url } = request;
    const read = form === null ? request : new NextRequest(url, { method, headers, body: form });
    // Made per request: the options hold the session key, which a build must not need.
    const visit = loginVisit(request);
    return visit.answer((await NextAuth(read, context, authOptions(visit))) as Response);
  });
};

export { handle as GET, handle as POST };
export { notServed as PUT, notServed as PATCH, notServed as DELETE, notServed as OPTIONS };
