import type { RulePreview, RulePreviewRequest } from '#lib/contracts/rules.ts';
import { evaluateConditions, parseConditions, type Verdict } from '#lib/domain/conditions/index.ts';
import type { JsonObject } from '#lib/domain/json.ts';
import { applyParamSchema, parseParamSchema, redactSecrets } from '#lib/domain/param-schema.ts';
import { renderTemplates } from '#lib/domain/templates.ts';
import { notFound, unprocessable } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { prisma } from '#server/db/prisma.ts';
import { sql } from '#server/db/sql.ts';
import { contextOf } from '#server/enforcements/enforce.ts';
import { type EventRow, findEvents, listEvents } from '#server/events/repository.ts';
import { timestamp } from '#server/http/paging.ts';
import { asObject } from '#server/packs/json.ts';

/**
 * What conditions and parameters that are being written would make of the last events of a trigger. Nothing is
 * stored or run.
 *
 * @throws AppError `NOT_FOUND` (trigger, action, pack, event), `VALIDATION_ERROR` with the path in the conditions
 */
export async function previewRule(actor: Actor, body: RulePreviewRequest): Promise<RulePreview> {
  authorize(actor, 'rules:read');
  authorize(actor, 'events:read');
  const trigger = await prisma().trigger.findUnique({
    where: { ref: body.trigger_ref },
    select: { id: true },
  });
  if (trigger === null) throw notFound('trigger', body.trigger_ref);
  const parsed = parseConditions(body.conditions);
  if (!parsed.ok) {
    const details = parsed.problems.map(({ path, message }) => ({
      path: path === '' ? 'body.conditions' : `body.conditions.${path}`,
      message,
    }));
    throw unprocessable(`The conditions cannot be read: ${details[0]?.message}`, details);
  }

  const rows = await readEvents(body);
  const judged = rows.map((row) => ({
    row,
    verdict: evaluateConditions(parsed.condition, contextOf(row, trigger.id)),
  }));
  const shown =
    body.event === undefined || body.event === null
      ? judged.find(({ verdict }) => verdict.matched)?.row
      : rows[0];
  return {
    verdicts: judged.map(({ row, verdict }) => ({
      event: row.id,
      created: timestamp(row.created),
      matched: verdict.matched,
      failed: failureOf(verdict),
    })),
    rendered:
      body.action_params === undefined || body.action_params === null
        ? null
        : await render(body, shown ?? null, trigger.id),
  };
}

async function readEvents({ event, trigger_ref, limit }: RulePreviewRequest): Promise<EventRow[]> {
  if (event === undefined || event === null) {
    // It reads one more than asked for.
    return (await listEvents(sql, { trigger_ref }, { limit, offset: 0, beforeId: null })).slice(
      0,
      limit,
    );
  }
  const rows = await findEvents(sql, [event]);
  if (rows[0]?.trigger_ref !== trigger_ref) throw notFound('event', event);
  return rows;
}

const failureOf = (verdict: Verdict): RulePreview['verdicts'][number]['failed'] =>
  verdict.matched ? null : verdict.failed;

async function render(
  body: RulePreviewRequest,
  event: EventRow | null,
  triggerId: number,
): Promise<NonNullable<RulePreview['rendered']>> {
  const { value, problems } = renderTemplates(body.action_params ?? {}, {
    event: event && contextOf(event, triggerId),
    pack: { config: await packConfig(body.pack_ref ?? null) },
    system: {
      timestamp: (event?.created ?? new Date()).toISOString(),
      rule: { id: null, ref: null },
    },
  });
  const rendered = asObject(value);
  const found = { event: event?.id ?? null, parameters: rendered, problems };
  if (body.action_ref === undefined || body.action_ref === null) return found;
  const action = await prisma().action.findUnique({
    where: { ref: body.action_ref },
    select: { paramSchema: true },
  });
  if (action === null) throw notFound('action', body.action_ref);
  const schema = parseParamSchema(action.paramSchema);
  if (!schema.ok) return found;
  const applied = applyParamSchema(schema.schema, rendered);
  return {
    ...found,
    parameters: redactSecrets(schema.schema, applied.ok ? applied.value : rendered),
    // Without an event every template is empty, and that would be all that is told.
    problems: applied.ok || event === null ? problems : [...problems, ...applied.problems],
  };
}

async function packConfig(ref: string | null): Promise<JsonObject> {
  if (ref === null) return {};
  const pack = await prisma().pack.findUnique({ where: { ref }, select: { config: true } });
  if (pack === null) throw notFound('pack', ref);
  return asObject(pack.config);
}
