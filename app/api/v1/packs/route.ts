import { createPack, listPacks } from '#lib/contracts/packs.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as packs from '#server/packs/service.ts';

export const GET = route(listPacks, ({ actor, query }) => packs.listPacks(actor, query));

export const POST = route(createPack, async ({ actor, body }) => ({
  data: await packs.createPack(actor, body),
}));

export const { OPTIONS, PUT, PATCH, DELETE } = otherMethods(listPacks, createPack);
