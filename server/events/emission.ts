import type { EventCreate } from '#lib/contracts/events.ts';
import { isJsonObject, type JsonObject } from '#lib/domain/json.ts';
import type { Masker } from '#lib/domain/masking/index.ts';
import { AppError, notFound, unprocessable } from '#lib/errors.ts';
import { type Actor, actorName, authorize, forbidden } from '#server/auth/actor.ts';
import type { RuleBook } from '#server/enforcements/rule-book.ts';
import type { NewEvent, SourceKind } from './repository.ts';

/** An event that somebody wants to happen. */
export interface Emission {
  readonly triggerRef: string;
  readonly payload: JsonObject;
  readonly config?: JsonObject | null;
  readonly sourceKind: SourceKind;
  readonly sourceId?: number | null;
  readonly sourceRef?: string | null;
  /** `rule_<id>`, `rule_<ref>`, or a rule's ref: only that rule is asked. */
  readonly target?: string | null;
  readonly dedupeKey?: string | null;
  readonly traceTag?: string | null;
}

/**
 * What an actor asks for, if they may.
 *
 * @throws AppError `VALIDATION_ERROR` without a trigger, `FORBIDDEN` for a trigger that a sensor does not own
 */
export function toEmission(actor: Actor, body: EventCreate, dedupeKey: string | null): Emission {
  const triggerRef = triggerOf(actor, body);
  return {
    triggerRef,
    payload: body.payload,
    config: body.config ?? null,
    target:
      body.rule_ref ??
      (body.trigger_instance_id?.startsWith('rule_') === true ? body.trigger_instance_id : null),
    dedupeKey: body.dedupe_key ?? dedupeKey,
    traceTag: body.trace_tag ?? null,
    ...sourceOf(actor),
  };
}

/** What a process knows stays out of the events that it makes. */
export function maskEmission(emission: Emission, masker: Masker | null): Emission {
  if (masker === null) return emission;
  const text = (value: string | null | undefined) =>
    value === null || value === undefined ? null : masker.text(value);
  const object = (value: JsonObject): JsonObject => {
    const masked = masker.json(value);
    return isJsonObject(masked) ? masked : {};
  };
  return {
    ...emission,
    payload: object(emission.payload),
    config: emission.config ? object(emission.config) : null,
    target: text(emission.target),
    dedupeKey: text(emission.dedupeKey),
    traceTag: text(emission.traceTag),
  };
}

function triggerOf(actor: Actor, body: EventCreate): string {
  const asked = body.trigger_ref ?? body.trigger_type;
  if (asked === undefined)
    throw unprocessable('An event needs a trigger.', [
      { path: 'body.trigger_ref', message: 'is missing' },
    ]);
  if (actor.kind !== 'sensor') {
    authorizeEvent(actor);
    return asked;
  }
  // Old SDKs name the sensor where they mean its only trigger.
  const [only] = actor.triggerRefs;
  const ref =
    asked === actor.sensorRef && actor.triggerRefs.length === 1 && only !== undefined
      ? only
      : asked;
  if (!actor.triggerRefs.includes(ref)) {
    throw new AppError(
      'FORBIDDEN',
      `The sensor ${actor.sensorRef} may not fire ${ref}. It may fire ${actor.triggerRefs.join(', ')}.`,
    );
  }
  return ref;
}

/** A run may emit events (contract §3); a person needs the permission. */
function authorizeEvent(actor: Actor): void {
  if (actor.kind === 'execution') {
    if (!actor.scopes.includes('execution:read:self')) throw forbidden('events:create');
  } else authorize(actor, 'events:create');
}

function sourceOf(actor: Actor): {
  sourceKind: SourceKind;
  sourceId: number | null;
  sourceRef: string;
} {
  const sourceRef = actorName(actor);
  switch (actor.kind) {
    case 'sensor':
      return { sourceKind: 'sensor', sourceId: actor.sensorId, sourceRef: actor.sensorRef };
    case 'execution':
      return { sourceKind: 'execution', sourceId: actor.executionId, sourceRef };
    case 'identity':
      return { sourceKind: 'identity', sourceId: actor.identityId, sourceRef };
    case 'system':
      return { sourceKind: 'webhook', sourceId: null, sourceRef };
  }
}

/** Which rule an event is for. `id: 0` = one that is not there: nobody is asked, instead of everybody. */
interface Target {
  readonly id: number;
  readonly ref: string;
}

/**
 * The row of an emission, by the rules of this instant.
 *
 * @throws AppError `NOT_FOUND` with the ref of an unknown trigger
 */
export function toNewEvent(book: RuleBook, emission: Emission): NewEvent {
  const trigger = book.triggers.get(emission.triggerRef);
  if (trigger === undefined) throw notFound('trigger', emission.triggerRef);
  const target = targetOf(book, emission);
  return {
    trigger_id: trigger.id,
    trigger_ref: emission.triggerRef,
    payload: emission.payload,
    config: emission.config ?? null,
    source_kind: emission.sourceKind,
    source_id: emission.sourceId ?? null,
    source_ref: emission.sourceRef ?? null,
    rule_id: target?.id ?? null,
    rule_ref: target?.ref ?? null,
    trace_tag: emission.traceTag ?? null,
    dedupe_key: emission.dedupeKey ?? null,
    rule_set_revision: book.revision,
  };
}

function targetOf(book: RuleBook, { triggerRef, target }: Emission): Target | null {
  if (target === null || target === undefined) return null;
  const name = target.replace(/^rule_/, '');
  const rules = book.rules.get(triggerRef) ?? [];
  const rule = rules.find(({ id, ref }) => ref === target || ref === name || String(id) === name);
  return rule === undefined ? { id: 0, ref: name } : { id: rule.id, ref: rule.ref };
}
