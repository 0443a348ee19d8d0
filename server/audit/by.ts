import { type Actor, actorName } from '#server/auth/actor.ts';
import { requestId, servedOperation } from '#server/http/request-context.ts';
import type { AuditRecord } from './record.ts';

/** The actor's part of an audit record, and the request by which they came, as it is now. */
export function by(actor: Actor): Pick<AuditRecord, 'actor' | 'requestId' | 'http'> {
  const request = requestId();
  const http = servedOperation();
  return {
    actor: {
      id: actor.kind === 'identity' ? actor.identityId : null,
      login: actorName(actor),
      kind: actor.kind === 'identity' ? actor.via : actor.kind,
      tokenId: actor.kind === 'identity' ? actor.apiTokenId : undefined,
      address: actor.kind === 'system' ? null : actor.address,
    },
    ...(request !== undefined && { requestId: request }),
    ...(http !== null && { http }),
  };
}
