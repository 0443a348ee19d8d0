import { setTimeout as delay } from 'node:timers/promises';
import { config } from '#server/config.ts';
import { inTime } from './in-time.ts';
import { asOutage, awaySince, noteAnswer, outage } from './outage.ts';
import { CONNECT_PATIENCE_MS, pool } from './pool.ts';
import { troubleOf } from './trouble.ts';
import { Turns } from './turns.ts';

const TRIES_MAX = 5;

/**
 * Runs `work`, again when two changes were in each other's way: then nothing was done, and the same may work a moment
 * later. What else keeps the database from answering is not tried again, since it may have been done.
 *
 * @throws AppError `RETRYABLE_DATABASE_ERROR`; what the database says of the data goes through as it is
 */
export async function answered<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      if (awaySince() !== null) await askForLife();
      const result = await work();
      noteAnswer();
      return result;
    } catch (error) {
      if (troubleOf(error) !== 'conflict' || tries === TRIES_MAX) throw asOutage(error) ?? error;
      await delay(Math.random() * 20 * 2 ** tries);
    }
  }
}

let question: Promise<void> | undefined;

/** Asks for a sign of life; everybody who wants to know meanwhile shares the question. */
function askForLife(): Promise<void> {
  question ??= inTime(pool().query('select 1'))
    .then(noteAnswer)
    .finally(() => {
      question = undefined;
    });
  return question;
}

/** Follows a suspicion up. @returns whether the database is away; whoever needs it from now on is told so in 2 s */
export const suspectOutage = (): Promise<boolean> =>
  askForLife().then(
    () => false,
    () => awaySince() !== null,
  );

/** Of four connections one is for single statements, so that what people read never waits behind what is written. */
const SHARE_OF_TRANSACTIONS = 3 / 4;

let turns: Turns | undefined;

/**
 * Runs a transaction when its turn comes. One inside another would wait for itself.
 *
 * @throws AppError `RETRYABLE_DATABASE_ERROR` when no turn came in time
 */
export async function inTurn<T>(transaction: () => Promise<T>): Promise<T> {
  turns ??= new Turns(Math.floor(config().DATABASE_POOL_SIZE * SHARE_OF_TRANSACTIONS));
  if (!(await turns.begin(CONNECT_PATIENCE_MS))) throw outage('busy');
  try {
    return await transaction();
  } finally {
    turns.end();
  }
}
