import { sql } from '#server/db/sql.ts';
import { DEATHS, type Fault } from './faults.ts';
import { environmentOf, listProcesses } from '../../e2e/processes.ts';

const FINAL = `('completed', 'failed', 'timeout', 'cancelled', 'abandoned')`;

export interface Counts {
  readonly byStatus: Record<string, number>;
  readonly waiting: number;
  readonly running: number;
  readonly retries: number;
}

export async function countExecutions(): Promise<Counts> {
  const rows = await sql.query<{ status: string; count: number; retries: number }>(
    `select status, count(*) as count, sum(greatest(attempt_count - 1, 0)) as retries from execution group by status order by status`,
  );
  const of = (...statuses: string[]) =>
    rows.filter(({ status }) => statuses.includes(status)).reduce((sum, row) => sum + row.count, 0);
  return {
    byStatus: Object.fromEntries(rows.map(({ status, count }) => [status, count])),
    waiting: of('requested', 'scheduling', 'scheduled'),
    running: of('running', 'canceling'),
    retries: rows.reduce((sum, row) => sum + row.retries, 0),
  };
}

export const countEnds = (): Promise<{ status: string; end_reason: string; count: number }[]> =>
  sql.query(
    `select status, coalesce(end_reason, '-') as end_reason, count(*) as count from execution group by 1, 2 order by 1, 2`,
  );

/** How the attempts ended that did not end their execution as well. */
export const countAttemptEnds = (): Promise<
  { status: string; end_reason: string; count: number }[]
> =>
  sql.query(
    `select status, coalesce(end_reason, '-') as end_reason, count(*) as count from attempt group by 1, 2 order by 1, 2`,
  );

/** Accepted executions that are not there. */
export const findLostExecutions = (ids: readonly number[]): Promise<{ id: number }[]> =>
  sql.query(
    `select asked.id from unnest($1::bigint[]) as asked (id) left join execution e on e.id = asked.id where e.id is null`,
    [ids],
  );

/** Accepted events that have not become exactly one execution. */
export const findLostEvents = (
  ids: readonly number[],
): Promise<{ id: number; executions: number }[]> =>
  sql.query(
    `select asked.id, count(e.id) as executions
     from unnest($1::bigint[]) as asked (id)
     left join enforcement f on f.event_id = asked.id left join execution e on e.enforcement_id = f.id
     group by asked.id having count(e.id) <> 1`,
    [ids],
  );

/** Events that were stored, asked for or not. */
export const countEvents = async (): Promise<number> =>
  (await sql.query<{ count: number }>('select count(*) as count from event'))[0]?.count ?? 0;

export const findUnended = (): Promise<{ id: number; words: string }[]> =>
  sql.query(
    `select e.id, format('%s %s, %s attempts, created %s, updated %s, run_after %s, jobs: %s', e.action_ref, e.status, e.attempt_count,
              e.created, e.updated, e.run_after,
              (select string_agg(j.state::text, ',') from pgboss.job j where (j.data ->> 'execution_id')::bigint = e.id)) as words
     from execution e where e.status not in ${FINAL} order by e.id limit 20`,
  );

export interface Departure {
  readonly fault: Fault;
  /** How many ran on the worker at that instant. */
  readonly attempts: number;
  /** From the fault until the last of them had left. */
  readonly seconds: number;
}

/** How long the executions of dead (or paused) workers went on as if they ran. */
export async function measureDepartures(faults: readonly Fault[]): Promise<Departure[]> {
  const deaths = faults.filter(({ kind }) => DEATHS.includes(kind));
  return Promise.all(
    deaths.map(async (fault) => {
      const [row] = await sql.query<{ attempts: number; seconds: number | null }>(
        `select count(*) as attempts, extract(epoch from max(coalesce(ended_at, now())) - $2::timestamptz)::float8 as seconds
         from attempt where worker_id = any ($1) and claimed_at < $2 and coalesce(ended_at, now()) > $2`,
        [fault.workerIds, fault.at],
      );
      return { fault, attempts: row?.attempts ?? 0, seconds: row?.seconds ?? 0 };
    }),
  );
}

/** A process that has no business any more. */
export interface Survivor {
  readonly pid: number;
  readonly words: string;
}

/** Processes of attempts that ended more than `graceSeconds` ago. */
export async function findSurvivors(
  url: string,
  mark: string,
  graceSeconds: number,
): Promise<Survivor[]> {
  const suspects = listProcesses().flatMap((row) => {
    const env = environmentOf(row.pid);
    const id = env.get('ATTUNE_API_URL') === url ? Number(env.get('ATTUNE_EXEC_ID')) : 0;
    // One that cleared its environment shows the mark in its arguments.
    return id > 0 || (/sleep 90[01]\./.test(row.command) && row.command.includes(mark))
      ? [{ ...row, id, attempt: Number(env.get('ATTUNE_ATTEMPT') ?? 0) }]
      : [];
  });
  if (suspects.length === 0) return [];
  const ended = await sql.query<{ execution_id: number; number: number; words: string }>(
    `select execution_id, number, format('%s %s at %s by worker %s', status, end_reason, ended_at, worker_id) as words
     from attempt where execution_id = any ($1) and ended_at < now() - make_interval(secs => $2)`,
    [suspects.map(({ id }) => id), graceSeconds],
  );
  return suspects.flatMap(({ pid, command, id, attempt }) => {
    const end = ended.find((row) => row.execution_id === id && row.number === attempt);
    if (end === undefined) return [];
    return [
      {
        pid,
        words: `${command.slice(0, 80)} of execution ${id}, attempt ${attempt}: ${end.words}`,
      },
    ];
  });
}

/** At the very end: nothing of the product's actions may be left. */
export const findLeftovers = (url: string, mark: string): Survivor[] =>
  listProcesses().flatMap(({ pid, command }) => {
    const env = environmentOf(pid);
    const id = env.get('ATTUNE_API_URL') === url ? env.get('ATTUNE_EXEC_ID') : undefined;
    const isMarked = command.includes(`.${mark}`) && /sleep/.test(command);
    return id !== undefined || isMarked
      ? [{ pid, words: `${command.slice(0, 80)} of execution ${id ?? 'unknown'}` }]
      : [];
  });
