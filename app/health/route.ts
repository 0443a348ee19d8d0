import { getHealth } from '#lib/contracts/health.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getHealth, async () => ({ status: 'ok' }));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getHealth);
