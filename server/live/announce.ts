import type { Sql } from '#server/db/sql.ts';

/** What may have changed. `executions` and `execution:17` are two topics. */
export type Topic =
  | 'actions'
  | 'audit'
  | 'executions'
  | 'events'
  | 'enforcements'
  | 'keys'
  | 'rules'
  | 'sensors'
  | 'tokens'
  | 'triggers'
  | 'workers'
  | 'packs'
  | 'jobs'
  | `execution:${number}`
  | `sensor:${number}`
  | `sensor_log:${number}`
  | `worker:${number}`;

export const CHANNEL = 'attune';

/** NOTIFY refuses a payload of 8,000 bytes; beyond this many topics only the general ones are told. */
const TOPICS_MAX = 200;

/**
 * Tells every process, when the transaction commits, that something may have changed. A hint: whoever hears it
 * reads the rows again. One call a transaction: each NOTIFY takes a lock until the commit.
 */
export async function announce(on: Sql, ...topics: readonly Topic[]): Promise<void> {
  const unique = [...new Set(topics)];
  const told =
    unique.length <= TOPICS_MAX ? unique : unique.filter((topic) => !topic.includes(':'));
  // As text: its result is `void`, a type that Prisma cannot read.
  await on.query(`select pg_notify('${CHANNEL}', $1)::text`, [told.join(' ')]);
}
