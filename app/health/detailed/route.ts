import { getHealthDetail as operation } from '#lib/contracts/health.ts';
import { getHealthDetail } from '#server/health/service.ts';
import { route } from '#server/http/route.ts';

export const GET = route(operation, async () => getHealthDetail());
