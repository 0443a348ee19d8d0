import { getLiveness } from '#lib/contracts/health.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(
  getLiveness,
  async () => new Response('ok', { headers: { 'content-type': 'text/plain' } }),
);

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getLiveness);
