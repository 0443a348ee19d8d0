import { getReadiness } from '#lib/contracts/health.ts';
import { checkReadiness } from '#server/health/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(getReadiness, async () => checkReadiness());

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getReadiness);
