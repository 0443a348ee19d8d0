import { deletePack, getPack, updatePack } from '#lib/contracts/packs.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';
import * as packs from '#server/packs/service.ts';

export const GET = route(getPack, async ({ actor, params }) => ({
  data: await packs.getPack(actor, params.ref),
}));

export const PUT = route(updatePack, async ({ actor, params, body }) => ({
  data: await packs.updatePack(actor, params.ref, body),
}));

export const DELETE = route(deletePack, ({ actor, params }) => packs.deletePack(actor, params.ref));

export const { OPTIONS, POST, PATCH } = otherMethods(getPack, updatePack, deletePack);
