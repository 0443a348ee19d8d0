import type pg from 'pg';

/** What a statement is for, by words that only it has. */
const STATEMENTS = {
  claim: 'insert into attempt',
  settle: 'set status = i.attempt_status, ended_at',
  output: 'insert into log_chunk',
  snapshot: 'insert into environment_snapshot',
  start: 'set process_started_at',
  lease: 'set lease_expires_at = clock_timestamp()',
  secrets: 'from key\n',
  event: 'insert into event (',
  request: 'insert into execution (',
  cancel: 'cancel_requested_at = now()',
} as const;

type Statement = keyof typeof STATEMENTS;

/** Every how many-th answer is lost. */
export type Losses = Partial<Readonly<Record<Statement, number>>>;

/** Reads `claim:2 settle:3`. */
export const lossesFrom = (text: string): Losses =>
  Object.fromEntries(
    text
      .split(' ')
      .filter(Boolean)
      .map((word) => [word.split(':')[0], Number(word.split(':')[1])]),
  );

type Query = (this: object, ...args: unknown[]) => unknown;
type Callback = (error: Error | null, result?: unknown) => void;

/**
 * Decorates the database client: what is asked for is done and committed, and then the caller is told that no answer
 * came. In a transaction it is the answer to the commit that is lost.
 *
 * @returns how many answers were lost so far, and how to stop
 */
export function loseAnswers(
  client: typeof pg.Client,
  losses: Losses,
): { readonly lost: () => number; readonly stop: () => void } {
  const prototype = client.prototype as unknown as { query: Query };
  const { query } = prototype;
  const asked: Partial<Record<Statement, number>> = {};
  const inTransaction = new WeakSet<object>();
  const doomed = new WeakSet<object>();
  let lost = 0;

  const isLost = (connection: object, text: string): boolean => {
    if (text === 'begin') inTransaction.add(connection);
    const statement = (Object.keys(losses) as Statement[]).find((name) =>
      text.includes(STATEMENTS[name]),
    );
    if (statement !== undefined) {
      const times = (asked[statement] = (asked[statement] ?? 0) + 1);
      if (times % (losses[statement] ?? Infinity) === 0) {
        if (!inTransaction.has(connection)) return true;
        doomed.add(connection);
      }
    }
    if (text !== 'commit' && text !== 'rollback') return false;
    inTransaction.delete(connection);
    return doomed.delete(connection) && text === 'commit';
  };

  prototype.query = function (...args) {
    const text = textOf(args[0]);
    if (text === null || !isLost(this, text)) return query.apply(this, args);
    lost += 1;
    const failure = new Error('Query read timeout');
    const last = args.at(-1);
    if (typeof last !== 'function') {
      return Promise.resolve(query.apply(this, args)).then(() => Promise.reject(failure));
    }
    const answer: Callback = (error) => (last as Callback)(error ?? failure);
    return query.apply(this, [...args.slice(0, -1), answer]);
  };
  return {
    lost: () => lost,
    stop: () => {
      prototype.query = query;
    },
  };
}

function textOf(first: unknown): string | null {
  if (typeof first === 'string') return first;
  if (typeof first !== 'object' || first === null || !('text' in first)) return null;
  return typeof first.text === 'string' ? first.text : null;
}
