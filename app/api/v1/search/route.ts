import { searchEverything } from '#lib/contracts/search.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import { searchFor } from '#server/search/service.ts';

export const GET = route(searchEverything, async ({ actor, query }) => ({
  data: await searchFor(actor, query),
}));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(searchEverything);
