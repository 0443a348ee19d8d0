import type { AttemptEnd } from '#lib/domain/attempt-status.ts';
import type { ExecutionStatus } from '#lib/domain/execution-status.ts';

/*
 * The life of one execution as the contract tells it, in as few words as will do, and with nothing of the product's
 * own code: operations said one after the other, each with its answer and the state that it leaves.
 */

export interface Terms {
  readonly maxRetries: number;
  readonly idempotent: boolean;
  readonly retryOnTimeout: boolean;
}

export interface State {
  readonly status: ExecutionStatus;
  /** In order; the last one may be running. */
  readonly attempts: readonly (AttemptEnd | 'running')[];
  /** How many of them were lost with their worker. */
  readonly crashes: number;
  /** How often a worker was allowed to write output. */
  readonly chunks: number;
}

export const BORN: State = { status: 'requested', attempts: [], crashes: 0, chunks: 0 };

export type Operation =
  /** A worker answers so many bells at once. */
  | { readonly kind: 'claim'; readonly bells: number }
  /** A worker tells how attempt `number` ended, whether or not it still has it. */
  | {
      readonly kind: 'settle';
      readonly number: number;
      readonly end: AttemptEnd;
      readonly reason: 'exit' | 'timeout' | 'cancel' | 'worker_stopped';
    }
  | { readonly kind: 'write'; readonly number: number }
  | { readonly kind: 'renew'; readonly number: number }
  | { readonly kind: 'cancel' }
  /** Its worker is found dead. */
  | { readonly kind: 'lose' }
  /** It has waited too long for a worker. */
  | { readonly kind: 'queue_timeout' }
  | { readonly kind: 'deadline' }
  | { readonly kind: 'sweep' };

const isWaiting = ({ status }: State): boolean =>
  ['requested', 'scheduling', 'scheduled'].includes(status);
const isRunning = ({ status }: State): boolean => ['running', 'canceling'].includes(status);

const FINAL = {
  completed: 'completed',
  failed: 'failed',
  timeout: 'timeout',
  cancelled: 'cancelled',
  lost: 'abandoned',
} as const;

const CRASHES_MAX = 2;

/** What an operation leaves behind, and whether it did what it is for. */
export function apply(state: State, operation: Operation, terms: Terms): [State, boolean] {
  const holds = (number: number) => isRunning(state) && number === state.attempts.length;
  switch (operation.kind) {
    case 'claim':
      return isWaiting(state)
        ? [{ ...state, status: 'running', attempts: [...state.attempts, 'running'] }, true]
        : [state, false];
    case 'settle':
      return holds(operation.number)
        ? [ended(state, operation.end, terms, false), true]
        : [state, false];
    case 'lose':
      return isRunning(state) ? [ended(state, 'lost', terms, true), true] : [state, false];
    case 'write':
      return holds(operation.number)
        ? [{ ...state, chunks: state.chunks + 1 }, true]
        : [state, false];
    case 'renew':
      return [state, holds(operation.number)];
    case 'cancel':
      return cancelled(state);
    case 'queue_timeout':
    case 'deadline':
      return isWaiting(state) ? [{ ...state, status: 'timeout' }, true] : [state, false];
    case 'sweep':
      return [state, true];
  }
}

function ended(state: State, end: AttemptEnd, terms: Terms, isCrash: boolean): State {
  const crashes = state.crashes + (isCrash ? 1 : 0);
  const attempts = [...state.attempts.slice(0, -1), end];
  const mayRepeat =
    end === 'failed' ||
    (end === 'timeout' && terms.retryOnTimeout) ||
    (end === 'lost' && terms.idempotent && crashes < CRASHES_MAX);
  const isAgain = mayRepeat && attempts.length <= terms.maxRetries && state.status === 'running';
  return { ...state, attempts, crashes, status: isAgain ? 'scheduled' : FINAL[end] };
}

function cancelled(state: State): [State, boolean] {
  if (isWaiting(state)) return [{ ...state, status: 'cancelled' }, true];
  if (isRunning(state)) return [{ ...state, status: 'canceling' }, true];
  return [state, false];
}

/** What happened when operations were carried out at once. */
export interface Happened {
  readonly operations: readonly Operation[];
  /** In the order of the operations. */
  readonly answers: readonly boolean[];
  readonly after: State;
}

/** Whether it could have happened one after the other, in some order. */
export function isOneOfTheOrders(before: State, happened: Happened, terms: Terms): boolean {
  const { operations, answers, after } = happened;
  return ordersOf(operations.map((_, index) => index)).some((order) => {
    let state = before;
    for (const index of order) {
      const operation = operations[index];
      if (operation === undefined) return false;
      const [next, answer] = apply(state, operation, terms);
      if (answer !== answers[index]) return false;
      state = next;
    }
    return isSame(state, after);
  });
}

const isSame = (one: State, other: State): boolean =>
  one.status === other.status &&
  one.crashes === other.crashes &&
  one.chunks === other.chunks &&
  one.attempts.join() === other.attempts.join();

const ordersOf = (items: readonly number[]): number[][] =>
  items.length < 2
    ? [[...items]]
    : items.flatMap((first) =>
        ordersOf(items.filter((each) => each !== first)).map((rest) => [first].concat(rest)),
      );
