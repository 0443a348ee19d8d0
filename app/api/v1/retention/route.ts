import { getRetention } from '#lib/contracts/retention.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as retention from '#server/retention/report.ts';

export const GET = route(getRetention, async ({ actor }) => ({
  data: await retention.getRetention(actor),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(getRetention);
