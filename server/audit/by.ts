import { type Actor, actorName } from '#server/auth/actor.ts';
import { requestId } from '#server/http/request-context.ts';
import type { AuditRecord } from './record.ts';

/** The actor's part of an audit record. */
export function by(actor: Actor): Pick<AuditRecord, 'actor' | 'requestId'> {
  const request = requestId();
  return {
    actor: {
      id: actor.kind === 'identity' ? actor.identityId : null,
      login: actorName(actor),
      kind: actor.kind === 'identity' ? actor.via : actor.kind,
      address: actor.kind === 'system' ? null : actor.address,
    },
    ...(request !== undefined && { requestId: request }),
  };
}
