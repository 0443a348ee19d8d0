import { AppError } from '#lib/errors.ts';
import { by } from '#server/audit/by.ts';
import { recordAudits } from '#server/audit/record.ts';
import type { Actor } from '#server/auth/actor.ts';
import { fenceToken, ProcessTokenRefused } from '#server/auth/process-token.ts';
import { inTransaction, isDataRefused, type Tx } from '#server/db/sql.ts';
import { enforce } from '#server/enforcements/enforce.ts';
import { openRuleBook } from '#server/enforcements/rule-book.ts';
import { type Asker, eventsCreated } from './audit.ts';
import { refuseBacklog } from './backlog.ts';
import { type Emission, toNewEvent } from './emission.ts';
import * as events from './repository.ts';

/** An emission and who waits for what becomes of it. */
interface Request {
  readonly actor: Actor;
  readonly emission: Emission;
  /** Who asked and by which request: the transaction runs in the context of another one. */
  readonly asker: Asker;
  /** Its size as JSON, nearly: characters. */
  readonly size: number;
  readonly resolve: (row: events.EventRow) => void;
  readonly reject: (error: unknown) => void;
}

const BATCH_MAX = 100;
/**
 * One statement carries a whole batch: Postgres keeps it in memory several times, and nobody else is served while we
 * write it down.
 */
const BATCH_SIZE_MAX = 1024 * 1024;
/** Beyond this many waiting, or this much, a caller is better off trying again than waiting. */
const WAITING_MAX = 5_000;
const WAITING_SIZE_MAX = 64 * 1024 * 1024;
/** Transactions at once: one is being committed while the next one is being filled. */
const TRANSACTIONS_MAX = 2;

const waiting: Request[] = [];
let waitingSize = 0;
let running = 0;

/**
 * Stores an event, matches it and queues what follows, all in one transaction; resolves after its commit. Requests
 * that come while the transactions before them commit share the next one, and are answered one by one.
 *
 * @throws AppError `NOT_FOUND` (trigger), `TOO_MANY_REQUESTS`, `RETRYABLE_DATABASE_ERROR`; ProcessTokenRefused
 */
export function routeEvent(actor: Actor, emission: Emission): Promise<events.EventRow> {
  refuseBacklog();
  const size = JSON.stringify([emission.payload, emission.config]).length;
  if (waiting.length >= WAITING_MAX || waitingSize + size > WAITING_SIZE_MAX) {
    throw new AppError(
      'TOO_MANY_REQUESTS',
      'More events arrive than can be stored. Send this one again later.',
      { retryAfterSeconds: 2 },
    );
  }
  return new Promise((resolve, reject) => {
    waiting.push({ actor, emission, asker: by(actor), size, resolve, reject });
    waitingSize += size;
    next();
  });
}

function next(): void {
  if (running >= TRANSACTIONS_MAX || waiting.length === 0) return;
  running += 1;
  const batch = takeBatch();
  void serve(batch).finally(() => {
    running -= 1;
    next();
  });
}

/** As many as may share a transaction, one at least. */
function takeBatch(): Request[] {
  let count = 0;
  let size = 0;
  for (const request of waiting) {
    if (count === BATCH_MAX || (count > 0 && size + request.size > BATCH_SIZE_MAX)) break;
    count += 1;
    size += request.size;
  }
  waitingSize -= size;
  return waiting.splice(0, count);
}

async function serve(batch: readonly Request[]): Promise<void> {
  try {
    const answers = await inTransaction((tx) => store(tx, batch));
    for (const [at, request] of batch.entries()) {
      const answer = answers[at];
      if (answer === undefined || answer instanceof Error) request.reject(answer);
      else request.resolve(answer);
    }
  } catch (error) {
    // One event that cannot be stored must not take its neighbours with it. After any other failure nobody knows
    // whether the batch was stored: to try again would store the events of it twice.
    if (batch.length > 1 && isDataRefused(error))
      for (const request of batch) await serve([request]);
    else for (const request of batch) request.reject(error);
  }
}

/** What becomes of each request: its event, or why it is refused. */
async function store(tx: Tx, batch: readonly Request[]): Promise<(events.EventRow | Error)[]> {
  const refusals = await fenceAll(tx, batch);
  const book = await openRuleBook(tx);
  const answers: (events.EventRow | Error | number)[] = [];
  const rows: events.NewEvent[] = [];
  const askers: Asker[] = [];
  for (const { actor, emission, asker } of batch) {
    const refusal = 'jti' in actor ? refusals.get(actor.jti) : undefined;
    const row = refusal ?? attempt(() => toNewEvent(book, emission));
    answers.push(row instanceof Error ? row : rows.push(row) - 1);
    if (!(row instanceof Error)) askers.push(asker);
  }
  const inserted = rows.length === 0 ? [] : await events.insertEvents(tx, rows);
  const fresh = inserted.flatMap(({ id, isNew, created }, at) => {
    const [row, asker] = [rows[at], askers[at]];
    return isNew && row !== undefined && asker !== undefined
      ? [{ ...row, id, created, asker }]
      : [];
  });
  if (fresh.length > 0) await enforce(tx, book, fresh);
  await recordAudits(tx, eventsCreated(fresh));
  const earlier = inserted.filter(({ isNew }) => !isNew).map(({ id }) => id);
  const known = earlier.length === 0 ? [] : await events.findEvents(tx, earlier);
  const stored = new Map([...fresh, ...known].map((row) => [row.id, row]));
  return answers.map((answer) =>
    typeof answer === 'number'
      ? (stored.get(inserted[answer]?.id ?? 0) ??
        new Error('An event vanished while it was stored'))
      : answer,
  );
}

/** The token check of every caller in the batch, in one order, so that two batches cannot wait for each other. */
async function fenceAll(tx: Tx, batch: readonly Request[]): Promise<Map<string, Error>> {
  const refusals = new Map<string, Error>();
  const calls = new Map<string, number>();
  for (const { actor } of batch)
    if ('jti' in actor) calls.set(actor.jti, (calls.get(actor.jti) ?? 0) + 1);
  for (const [jti, count] of [...calls].toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    try {
      await fenceToken(tx, { kind: 'process', jti }, count);
    } catch (error) {
      if (!(error instanceof ProcessTokenRefused)) throw error;
      refusals.set(jti, error);
    }
  }
  return refusals;
}

function attempt<T>(work: () => T): T | Error {
  try {
    return work();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}
