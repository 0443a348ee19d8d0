import { sql } from '#server/db/sql.ts';
import { log } from '#server/log.ts';

interface Use {
  readonly at: Date;
  readonly address: string | null;
}

/** However many calls a second brings, each token is written once. */
const FLUSH_MS = 1_000;

let uses = new Map<number, Use>();
let timer: NodeJS.Timeout | undefined;

/** Remembers that a token was used now; written down within a second, with all others of that second. */
export function noteApiTokenUse(tokenId: number, address: string | null): void {
  uses.set(tokenId, { at: new Date(), address });
  // A process that ends loses one second of "last used", and no call waits for it.
  timer ??= setTimeout(() => void flushApiTokenUses(), FLUSH_MS).unref();
}

/** Writes down what was noted so far, in one statement. */
export async function flushApiTokenUses(): Promise<void> {
  clearTimeout(timer);
  timer = undefined;
  const noted = [...uses].map(([id, { at, address }]) => ({ id, at, address }));
  uses = new Map();
  if (noted.length === 0) return;
  try {
    await sql.query(
      `update api_token t set last_used_at = u.at, last_used_ip = u.address
       from jsonb_to_recordset($1::jsonb) as u (id int, at timestamptz, address text)
       where t.id = u.id and (t.last_used_at is null or t.last_used_at < u.at)`,
      [JSON.stringify(noted)],
    );
  } catch (error) {
    log.warn({ err: error, tokens: noted.length }, 'the use of API tokens was not written down');
  }
}
