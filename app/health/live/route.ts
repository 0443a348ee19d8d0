import { getLiveness } from '#lib/contracts/health.ts';
import { route } from '#server/http/route.ts';

export const GET = route(
  getLiveness,
  async () => new Response('ok', { headers: { 'content-type': 'text/plain' } }),
);
