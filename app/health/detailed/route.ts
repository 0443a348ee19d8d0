import { getHealthDetail as operation } from '#lib/contracts/health.ts';
import { getHealthDetail } from '#server/health/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(operation, async () => getHealthDetail());

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(operation);
