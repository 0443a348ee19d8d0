import { getHealth } from '#lib/contracts/health.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getHealth, async () => ({ status: 'ok' }));
