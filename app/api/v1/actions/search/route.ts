import { searchActions } from '#lib/contracts/actions.ts';
import * as actions from '#server/actions/service.ts';
import { route } from '#server/http/route.ts';

export const GET = route(searchActions, ({ actor, query }) => actions.searchActions(actor, query));
