import { createExecution } from '#server/executions/service.ts';
import { sql } from '#server/db/sql.ts';
import { userWho } from './actors.ts';
import { anAction } from './catalogue.ts';

/** Somebody who may run, see and cancel. */
export const ada = userWho('actions:execute', 'executions:read', 'executions:cancel');

export type ActionColumns = NonNullable<Parameters<typeof anAction>[0]>['columns'];
type Body = Partial<Parameters<typeof createExecution>[1]>;

/** Asks for a run of a new action with these columns. @returns the id */
export async function ask(columns: ActionColumns = {}, body: Body = {}): Promise<number> {
  const action_ref = body.action_ref ?? (await anAction({ columns }));
  return (await createExecution(ada, { parameters: {}, env_vars: {}, ...body, action_ref })).id;
}

/** Retries without a wait. */
export const NOW = {
  retry: { backoff: 'constant', delay_seconds: 0, jitter: 0, max_delay_seconds: 1 },
};

/** The jobs that ring for an execution. */
export const bells = async (id: number): Promise<{ start_after: Date }[]> =>
  sql.query(
    `select start_after from pgboss.job where (data ->> 'execution_id')::bigint = $1 and state = 'created' order by start_after`,
    [id],
  );

/** As if the worker of an attempt had died long ago. */
export const loseWorkerOf = (attemptId: number): Promise<unknown[]> =>
  sql.query(`update attempt set lease_expires_at = now() - interval '1 minute' where id = $1`, [
    attemptId,
  ]);
