import { removeDemo, startDemo } from '#lib/contracts/demo.ts';
import * as demo from '#server/demo/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const POST = route(startDemo, async ({ actor }) => ({ data: await demo.startDemo(actor) }));

export const DELETE = route(removeDemo, ({ actor }) => demo.removeDemo(actor));

export const { GET, HEAD, OPTIONS, PUT, PATCH } = otherMethods(startDemo, removeDemo);
