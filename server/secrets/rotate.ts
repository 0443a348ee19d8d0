import { setTimeout as delay } from 'node:timers/promises';
import { by } from '#server/audit/by.ts';
import { recordAudit } from '#server/audit/record.ts';
import { sql } from '#server/db/sql.ts';
import { writerKey } from './keyring.ts';
import { reencrypt } from './reencrypt.ts';

/** Longer than anybody takes from encrypting a value to the transaction that stores it. */
const ON_THE_WAY_MS = 5_000;
const POLL_MS = 200;
const TRANSACTIONS_MS_MAX = 10 * 60_000;

export interface Rotation {
  readonly changed: number;
  readonly unreadable: number;
  /** Whether the older keys are needed no more. */
  readonly complete: boolean;
}

/**
 * Encrypts everything by the newest key of the ring, which everybody must be able to read by now. Who still wrote with
 * an older key when the newest one became the writer is waited for, and so is a back-up that reads the rows as they
 * were: afterwards nobody needs the older keys.
 */
export async function rotateSecrets(onTheWayMs = ON_THE_WAY_MS): Promise<Rotation> {
  const total = { changed: 0, unreadable: 0 };
  const pass = async (): Promise<number> => {
    const { changed, unreadable } = await reencrypt();
    total.changed += changed;
    total.unreadable = unreadable;
    return changed;
  };
  await pass();
  await delay(onTheWayMs);
  let complete = await untilOldTransactionsEnd();
  while ((await pass()) > 0);
  complete &&= await untilOldTransactionsEnd();
  complete &&= (await pass()) === 0;
  await recordAudit(sql, {
    category: 'secret',
    eventType: 'keys.rotated',
    outcome: 'success',
    ...by({ kind: 'system', name: 'command line' }),
    resource: { type: 'encryption key', ref: writerKey().id },
    details: { ...total, complete },
  });
  return { ...total, complete };
}

/** Waits until every transaction has ended that is open now; false when one does not. */
async function untilOldTransactionsEnd(): Promise<boolean> {
  const [row] = await sql.query<{ now: string }>('select clock_timestamp()::text as now');
  for (const until = Date.now() + TRANSACTIONS_MS_MAX; Date.now() < until; await delay(POLL_MS)) {
    const open = await sql.query(
      `select 1 from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()
         and backend_type = 'client backend' and xact_start < $1::timestamptz limit 1`,
      [row?.now],
    );
    if (open.length === 0) return true;
  }
  return false;
}
