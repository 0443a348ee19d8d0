import { previewRule } from '#lib/contracts/rules.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as rules from '#server/rules/preview.ts';

export const POST = route(previewRule, async ({ actor, body }) => ({
  data: await rules.previewRule(actor, body),
}));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(previewRule);
