import type { z } from 'zod';
import type { PageOf } from '#lib/contracts/common.ts';
import type {
  Enforcement,
  EnforcementSummary,
  listEnforcements as operation,
} from '#lib/contracts/enforcements.ts';
import { notFound } from '#lib/errors.ts';
import { type Actor, authorize } from '#server/auth/actor.ts';
import { sql, unprepared } from '#server/db/sql.ts';
import { keysetWindow, pageWindow, toPage } from '#server/http/paging.ts';
import { toEnforcement, toSummary } from './present.ts';
import * as enforcements from './repository.ts';

type Query = z.output<(typeof operation)['query']>;

/** Newest first. */
export async function listEnforcements(
  actor: Actor,
  query: Query,
): Promise<PageOf<EnforcementSummary>> {
  authorize(actor, 'enforcements:read');
  const window = pageWindow(query);
  const [rows, total] = await Promise.all([
    enforcements.listEnforcements(unprepared, query, keysetWindow(window, query.cursor)),
    query.include_total === true ? enforcements.countEnforcements(sql, query) : null,
  ]);
  return toPage(rows, window, toSummary, { total, cursorOf: ({ id }) => String(id) });
}

/** @throws AppError `NOT_FOUND` */
export async function getEnforcement(actor: Actor, id: number): Promise<Enforcement> {
  authorize(actor, 'enforcements:read');
  const row = await enforcements.findEnforcement(sql, id);
  if (row === null) throw notFound('enforcement', id);
  return toEnforcement(row);
}
