import { receiveDemo } from '#lib/contracts/demo.ts';
import * as receiver from '#server/demo/receive.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const POST = route(receiveDemo, ({ request }) => receiver.receiveDemo(request));

export const { GET, HEAD, OPTIONS, PUT, PATCH, DELETE } = otherMethods(receiveDemo);
