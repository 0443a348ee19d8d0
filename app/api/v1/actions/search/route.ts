import { searchActions } from '#lib/contracts/actions.ts';
import * as actions from '#server/actions/service.ts';
import { otherMethods } from '#server/http/other-methods.ts';
import { route } from '#server/http/route.ts';

export const GET = route(searchActions, ({ actor, query }) => actions.searchActions(actor, query));

export const { OPTIONS, POST, PUT, PATCH, DELETE } = otherMethods(searchActions);
