import { type Actor, ALL, can } from '#server/auth/actor.ts';

/** What a subscription asks for, as far as anything of it is told here. */
export type Filter =
  | { readonly kind: 'rules'; readonly triggerRef: string | null }
  | { readonly kind: 'execution'; readonly id: number };

export type FilterAnswer =
  | { readonly ok: true; readonly filter: Filter }
  | { readonly ok: false; readonly message: string };

const refuse = (message: string): FilterAnswer => ({ ok: false, message });

/** Every rule, under each of the names that the protocol has for them. */
const ALL_RULES = new Set([
  'all',
  'entity_type:rule_lifecycle',
  'notification_type:rule_lifecycle_changed',
]);

/** Reads a filter and asks whether the subscriber may see what it lets through. */
export function readFilter(text: string, actor: Actor): FilterAnswer {
  const triggerRef = /^trigger_ref:(.+)$/.exec(text)?.[1];
  if (triggerRef !== undefined) return rulesOf(triggerRef, actor);
  if (actor.kind === 'sensor') {
    return refuse(
      `The token of a sensor may subscribe to 'trigger_ref:' of its own triggers only, not to '${text}'.`,
    );
  }
  const executionId = /^entity:execution:(\d{1,15})$/.exec(text)?.[1];
  if (executionId !== undefined)
    return { ok: true, filter: { kind: 'execution', id: Number(executionId) } };
  if (ALL_RULES.has(text)) return rulesOf(null, actor);
  return refuse(
    `The filter '${text}' is not known. Use 'trigger_ref:<ref>', 'entity:execution:<id>', 'entity_type:rule_lifecycle' or 'all'.`,
  );
}

function rulesOf(triggerRef: string | null, actor: Actor): FilterAnswer {
  if (actor.kind === 'sensor' && triggerRef !== null && !actor.triggerRefs.includes(triggerRef)) {
    return refuse(
      `The sensor ${actor.sensorRef} may not subscribe to '${triggerRef}': it is not one of its triggers.`,
    );
  }
  if (actor.kind !== 'sensor' && !can(actor, 'rules:read', ALL)) {
    return refuse(
      "You need the permission 'rules:read' to follow rules. An administrator can grant it.",
    );
  }
  return { ok: true, filter: { kind: 'rules', triggerRef } };
}
