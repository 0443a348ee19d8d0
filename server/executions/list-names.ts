import type { ExecutionFilter } from '#lib/contracts/executions.ts';
import { sql } from '#server/db/sql.ts';
import type { ListFilter } from './list-filter.ts';

/** No identity has it. */
const NOBODY = 0;

/**
 * A filter as it was asked for, with numbers instead of names. Asked before the list and not within it: a plan that knows
 * the numbers finds the rare ones by their index.
 */
export async function withIds({
  worker_name: name,
  executor_login: login,
  ...filter
}: Partial<ExecutionFilter>): Promise<ListFilter> {
  const [workers, identities] = await Promise.all([
    name === undefined ? null : idsOf('select id from worker where name = $1', name),
    login === undefined ? null : idsOf('select id from identity where login = $1', login),
  ]);
  return {
    ...filter,
    ...(workers !== null && { workers }),
    // Both an id and a login, and they differ: nothing is both.
    ...(identities !== null && {
      executor:
        filter.executor === undefined || identities.includes(filter.executor)
          ? (identities[0] ?? NOBODY)
          : NOBODY,
    }),
  };
}

const idsOf = async (text: string, name: string): Promise<number[]> =>
  (await sql.query<{ id: number }>(text, [name])).map(({ id }) => id);
