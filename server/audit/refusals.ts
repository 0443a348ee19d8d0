import { type Actor, actorName } from '#server/auth/actor.ts';
import { inTransaction } from '#server/db/sql.ts';
import { log } from '#server/log.ts';
import { by } from './by.ts';
import { type AuditRecord, recordAudits } from './record.ts';
import { countRefusals, type RefusalCount } from './refusal-tally.ts';
import { redactText } from './redact.ts';

/** A call that was not let through. */
export interface Refusal {
  /** Who it was; null when nobody showed a valid identity. */
  readonly actor: Actor | null;
  readonly address: string | null;
  readonly method: string;
  /** The operation's path, as the contract writes it. */
  readonly route: string;
  readonly status: number;
  /** The error's code. */
  readonly reason: string;
}

const FLUSH_MS = 250;
/** Kinds of refusals that are told apart within a minute; what is beyond them is one more kind. */
const KINDS_MAX = 500;
/** A known caller's refusals that are listed one by one, each minute. */
const LISTED_MAX = 30;
const MINUTE_MS = 60_000;

let tally = new Map<string, RefusalCount>();
let listed: AuditRecord[] = [];
let timer: NodeJS.Timeout | undefined;

/** Of this minute; forgotten with it. */
let minute = 0;
let kinds = new Set<string>();
let listedOf = new Map<string, number>();

/**
 * Writes down a refused call, within a moment: it has no transaction of its own, and the refusal does not wait for it.
 * Refusals of somebody known are rows, up to a number; all others are counted, so that whoever calls without an identity
 * fills no table.
 */
export function noteRefusal(refusal: Refusal): void {
  startMinute();
  const { actor } = refusal;
  const known = actor !== null && actor.kind !== 'system' ? actor : null;
  if (known !== null && mayBeListed(actorName(known))) listed.push(toRecord(known, refusal));
  else count({ ...refusal, login: known && actorName(known) });
  timer ??= setTimeout(() => void flushRefusals(), FLUSH_MS);
}

function startMinute(): void {
  const now = Math.floor(Date.now() / MINUTE_MS);
  if (now === minute) return;
  minute = now;
  kinds = new Set();
  listedOf = new Map();
}

function mayBeListed(login: string): boolean {
  const before = listedOf.get(login) ?? 0;
  listedOf.set(login, before + 1);
  return before < LISTED_MAX;
}

const toRecord = (actor: Actor, { method, route, status, reason }: Refusal): AuditRecord => ({
  category: 'api',
  eventType: 'api.refused',
  outcome: 'denied',
  ...by(actor),
  http: { method, route, status },
  details: { reason },
});

function count(refusal: Refusal & { readonly login: string | null }): void {
  const { method, status, reason, login } = refusal;
  const address = refusal.address === null ? null : redactText(refusal.address, 100);
  const told: RefusalCount = {
    address,
    login,
    method,
    route: refusal.route,
    status,
    reason,
    count: 1,
  };
  const key = keyOf(told);
  const isNew = !kinds.has(key);
  const kept: RefusalCount =
    isNew && kinds.size >= KINDS_MAX ? { ...told, address: null, method: '*', route: '*' } : told;
  const keptKey = keyOf(kept);
  kinds.add(keptKey);
  tally.set(keptKey, { ...kept, count: (tally.get(keptKey)?.count ?? 0) + 1 });
}

const keyOf = ({ address, login, method, route, status, reason }: RefusalCount): string =>
  JSON.stringify([address, login, method, route, status, reason]);

/** Stores what was noted so far; also at the end of a process. */
export async function flushRefusals(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const counts = [...tally.values()];
  const records = listed;
  tally = new Map();
  listed = [];
  if (counts.length + records.length === 0) return;
  try {
    await inTransaction(async (tx) => {
      await recordAudits(tx, records);
      await countRefusals(tx, counts);
    });
  } catch (error) {
    log.warn(
      { err: error, refused: counts.length + records.length },
      'refused calls could not be written down',
    );
  }
}
