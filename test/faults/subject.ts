import { AppError } from '#lib/errors.ts';
import { sql } from '#server/db/sql.ts';
import type { ClaimedAttempt } from '#server/executions/claim.ts';
import { endLateWaits } from '#server/executions/clocks.ts';
import { LeaseConnection } from '#server/executions/lease-connection.ts';
import { appendLog } from '#server/executions/log-repository.ts';
import { settleLost } from '#server/executions/lost.ts';
import { cancelExecution } from '#server/executions/service.ts';
import { settleAttempt } from '#server/executions/settle.ts';
import { sweep } from '#server/executions/sweep.ts';
import { WAITING } from '#server/executions/waiting.ts';
import { claimAs, done } from '#test/attempts.ts';
import { ada, ask, loseWorkerOf, NOW } from '#test/executions.ts';
import type { Operation, State, Terms } from './model.ts';

const LEASE = { leaseSeconds: 15, graceSeconds: 10 };
const leases = new LeaseConnection();

export const closeSubjects = (): Promise<void> => leases[Symbol.asyncDispose]();

/** A real execution, on which the operations of the model are carried out as the product does them. */
export class Subject {
  readonly id: number;
  readonly #workers: readonly [number, ...number[]];
  /** Every attempt that a worker was ever given, by number. */
  readonly #given = new Map<number, ClaimedAttempt>();
  readonly #done = new Set<number | 'timeout'>();
  #claims = 0;

  private constructor(id: number, workers: readonly [number, ...number[]]) {
    this.id = id;
    this.#workers = workers;
  }

  static async ask(
    action: string,
    workers: readonly [number, ...number[]],
    terms: Terms,
  ): Promise<Subject> {
    const id = await ask({}, { action_ref: action });
    await sql.query(
      `update execution set max_retries = $2, idempotent = $3, retry_on_timeout = $4, retry_policy = $5::jsonb where id = $1`,
      [id, terms.maxRetries, terms.idempotent, terms.retryOnTimeout, JSON.stringify(NOW.retry)],
    );
    return new Subject(id, workers);
  }

  /** @throws Error when the operation broke, which none may */
  async perform(operation: Operation): Promise<boolean> {
    switch (operation.kind) {
      case 'claim':
        return this.#claim(operation.bells);
      case 'settle':
        return this.#settle(operation);
      case 'write':
        return this.#write(operation.number);
      case 'renew':
        return this.#renew(operation.number);
      case 'cancel':
        return this.#cancel();
      case 'lose':
        return this.#lose();
      case 'queue_timeout':
        return this.#runOut('queue_deadline_at');
      case 'deadline':
        return this.#runOut('deadline_at');
      case 'sweep':
        await sweep();
        return true;
    }
  }

  async read(): Promise<State> {
    const [row] = await sql.query<State>(
      `select e.status,
              coalesce((select jsonb_agg(a.status order by a.number) from attempt a where a.execution_id = e.id), '[]') as attempts,
              (select count(*) from attempt a where a.execution_id = e.id and a.end_reason = 'worker_lost') as crashes,
              (select count(*) from log_chunk l where l.execution_id = e.id) as chunks
       from execution e where e.id = $1`,
      [this.id],
    );
    if (row === undefined) throw new Error(`execution ${this.id} is not there`);
    return row;
  }

  async #claim(bells: number): Promise<boolean> {
    const worker = this.#workers[this.#claims++ % this.#workers.length] ?? this.#workers[0];
    const attempts = await claimAs(worker, ...Array<number>(bells).fill(this.id));
    for (const attempt of attempts) this.#given.set(attempt.number, attempt);
    return attempts.length > 0;
  }

  async #settle({ number, end, reason }: Extract<Operation, { kind: 'settle' }>): Promise<boolean> {
    const attempt = this.#given.get(number);
    if (attempt === undefined) return false;
    const settled = await settleAttempt(attempt, {
      ...done,
      attemptStatus: end,
      endReason: reason,
      result: { succeeded: end === 'completed', error: end },
    });
    return settled !== null;
  }

  async #write(number: number): Promise<boolean> {
    const attempt = this.#given.get(number);
    if (attempt === undefined) return false;
    const [last] = await sql.query<{ seq: number }>(
      'select coalesce(max(seq), -1) + 1 as seq from log_chunk where execution_id = $1',
      [this.id],
    );
    const chunk = { stream: 'stdout', at: new Date(), content: Buffer.from('x') } as const;
    return appendLog(attempt, [{ ...chunk, seq: last?.seq ?? 0 }]);
  }

  async #renew(number: number): Promise<boolean> {
    const attempt = this.#given.get(number);
    return attempt !== undefined && (await leases.renew([attempt])).has(attempt.id);
  }

  async #cancel(): Promise<boolean> {
    try {
      await cancelExecution(ada, this.id);
      return true;
    } catch (error) {
      if (error instanceof AppError && error.code === 'CONFLICT') return false;
      throw error;
    }
  }

  async #lose(): Promise<boolean> {
    const [running] = await sql.query<{ id: number }>(
      `select id from attempt where execution_id = $1 and status = 'running'`,
      [this.id],
    );
    if (running === undefined) return false;
    await loseWorkerOf(running.id);
    // Whoever holds the row meanwhile is skipped: until it is in nobody's hands.
    for (;;) {
      await settleLost(LEASE);
      const [attempt] = await sql.query<{ status: string; end_reason: string | null }>(
        'select status, end_reason from attempt where id = $1',
        [running.id],
      );
      if (attempt?.status !== 'running')
        return attempt?.end_reason === 'worker_lost' && this.#isNews(running.id);
    }
  }

  async #runOut(column: 'queue_deadline_at' | 'deadline_at'): Promise<boolean> {
    const waits = await sql.query(
      `update execution set ${column} = now() - interval '1 ms' where id = $1 and status in ${WAITING} returning id`,
      [this.id],
    );
    if (waits.length === 0) return false;
    for (;;) {
      await endLateWaits();
      const [execution] = await sql.query<{ status: string; isWaiting: boolean }>(
        `select status, status in ${WAITING} as "isWaiting" from execution where id = $1`,
        [this.id],
      );
      if (execution?.isWaiting !== true)
        return execution?.status === 'timeout' && this.#isNews('timeout');
    }
  }

  /** Of several that look for the same, one has done it. */
  #isNews(what: number | 'timeout'): boolean {
    const isNews = !this.#done.has(what);
    this.#done.add(what);
    return isNews;
  }
}
