import type { z } from 'zod';
import type { PageOf } from '#lib/contracts/common.ts';
import type {
  Event,
  EventCreate,
  EventSummary,
  listEvents as operation,
  RuleVerdict,
} from '#lib/contracts/events.ts';
import { evaluateConditions, parseConditions, type Verdict } from '#lib/domain/conditions/index.ts';
import { notFound } from '#lib/errors.ts';
import { type Actor, authorize, can } from '#server/auth/actor.ts';
import { sql, unprepared } from '#server/db/sql.ts';
import { contextOf } from '#server/enforcements/enforce.ts';
import { maskerFor } from '#server/executions/mask-payload.ts';
import { keysetWindow, pageWindow, toPage } from '#server/http/paging.ts';
import { type Emission, maskEmission, toEmission } from './emission.ts';
import { toEvent, toSummary } from './present.ts';
import * as events from './repository.ts';
import { routeEvent } from './router.ts';

/**
 * Stores an event and everything that follows from it, in one transaction (contract §6).
 *
 * @param idempotencyKey used when the body has no `dedupe_key`; the same key twice is one event and the same answer
 * @throws AppError `NOT_FOUND` (trigger), `FORBIDDEN`, `VALIDATION_ERROR`, `TOO_MANY_REQUESTS`
 */
export async function createEvent(
  actor: Actor,
  body: EventCreate,
  idempotencyKey: string | null = null,
): Promise<Event> {
  const emission = toEmission(actor, body, idempotencyKey);
  const row = await routeEvent(actor, maskEmission(emission, await maskerFor(actor)));
  const isOwn = row.source_kind === emission.sourceKind && row.source_id === emission.sourceId;
  return toEvent(isOwn || can(actor, 'events:read') ? row : withoutContent(row));
}

/** Of somebody else's event that took the key before, whoever may not read events learns that it is there. */
const withoutContent = (row: events.EventRow): events.EventRow => ({
  ...row,
  payload: {},
  config: null,
  source_id: null,
  source_ref: null,
  trace_tag: null,
});

/** The same for callers that have decided who may: a webhook that proved its key, for one. */
export const emitEvent = async (actor: Actor, emission: Emission): Promise<Event> =>
  toEvent(await routeEvent(actor, emission));

/** Newest first. */
export async function listEvents(
  actor: Actor,
  query: z.output<(typeof operation)['query']>,
): Promise<PageOf<EventSummary>> {
  authorize(actor, 'events:read');
  const window = pageWindow(query);
  const [rows, total] = await Promise.all([
    events.listEventHeads(unprepared, query, keysetWindow(window, query.cursor)),
    query.include_total === true ? events.countEvents(sql, query) : null,
  ]);
  return toPage(rows, window, toSummary, { total, cursorOf: ({ id }) => String(id) });
}

/** @throws AppError `NOT_FOUND` */
export async function getEvent(actor: Actor, id: number): Promise<Event> {
  authorize(actor, 'events:read');
  return toEvent(await existing(id));
}

/**
 * What every rule of the trigger said about an event, recomputed from the rules of its revision: matched, or the first
 * condition that failed, with expected and actual value.
 */
export async function getVerdicts(actor: Actor, id: number): Promise<RuleVerdict[]> {
  authorize(actor, 'events:read');
  const event = await existing(id);
  const versions = await events.listVersionsAt(sql, event);
  return versions.map((version) => {
    const verdict = verdictOn(version, event);
    return {
      rule: version.rule_id,
      rule_ref: version.rule_ref,
      rule_version: version.version,
      enabled: version.enabled,
      matched: verdict.matched,
      failed: verdict.matched ? null : verdict.failed,
      enforcement: version.enforcement_id,
      execution: version.execution_id,
      reason: version.reason?.message ?? null,
    };
  });
}

function verdictOn(version: events.VersionRow, event: events.EventRow): Verdict {
  const refuse = (operator: string, message: string): Verdict => ({
    matched: false,
    failed: { path: '', field: null, operator, expected: null, actual: null, message },
  });
  if (!version.enabled) return refuse('enabled', 'The rule was switched off.');
  if (event.rule_id !== null && event.rule_id !== version.rule_id) {
    return refuse('target', `The event was for ${event.rule_ref ?? 'another rule'} only.`);
  }
  const parsed = parseConditions(version.conditions);
  if (!parsed.ok)
    return refuse(
      'parse',
      `The conditions do not parse: ${parsed.problems[0]?.message ?? 'unknown'}`,
    );
  return evaluateConditions(parsed.condition, contextOf(event, event.trigger_id));
}

async function existing(id: number): Promise<events.EventRow> {
  const [row] = await events.findEvents(sql, [id]);
  if (row === undefined) throw notFound('event', id);
  return row;
}
