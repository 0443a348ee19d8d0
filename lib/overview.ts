import type { ExecutionStatus } from '#lib/domain/execution-status.ts';

/** What the board on Home shows: the last minutes of the whole line. */
export interface Overview {
  readonly at: string;
  readonly windowMinutes: number;
  readonly rules: { readonly total: number; readonly enabled: number };
  readonly sensors: {
    readonly total: number;
    readonly running: number;
    readonly failing: number;
    readonly stopped: number;
  };
  /** Those whose process ended by itself and waits to be started again. */
  readonly failingSensors: readonly FailingSensor[];
  readonly triggers: {
    readonly total: number;
    readonly fired: readonly { readonly ref: string; readonly events: number }[];
  };
  readonly events: number;
  /** How often a rule looked at an event. */
  readonly checks: number;
  readonly enforcements: { readonly created: number; readonly withoutRun: number };
  /** Runs that ended in the window. */
  readonly ended: Readonly<Record<EndStatus, number>>;
  /** The action with the most runs that did not complete. */
  readonly worst: {
    readonly actionRef: string;
    readonly unhappy: number;
    readonly runs: number;
    readonly since: string;
  } | null;
  readonly waiting: { readonly count: number; readonly oldestMs: number | null };
  readonly running: {
    readonly count: number;
    readonly longestMs: number | null;
    readonly longestTimeoutSeconds: number | null;
  };
  readonly workers: {
    readonly alive: number;
    readonly slots: number;
    readonly withoutIsolation: readonly string[];
  };
  readonly queueMs: Percentiles;
  readonly runMs: Percentiles;
  /** Waiting although slots are free, or running past the time-out: must read 0. */
  readonly stuck: readonly number[];
  /** Calls with a token after its run had ended; all of them were refused. */
  readonly lateTokenCalls: {
    readonly count: number;
    readonly execution: number | null;
    readonly at: string | null;
  };
  readonly bars: Bars;
}

export type EndStatus = Extract<
  ExecutionStatus,
  'completed' | 'failed' | 'timeout' | 'cancelled' | 'abandoned'
>;

export interface FailingSensor {
  readonly ref: string;
  readonly failures: number;
  readonly error: string | null;
}

/** Null while nothing was measured. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p95: number | null;
}

/** Sixty equal slices of the window, oldest first. */
export interface Bars {
  readonly events: readonly number[];
  readonly triggers: readonly number[];
  readonly checks: readonly number[];
  readonly enforcements: readonly number[];
  readonly finished: readonly number[];
  readonly unhappy: readonly number[];
}

export const BAR_COUNT = 60;

/** What a rule or an action did in the last 24 h. */
export interface Activity {
  readonly lastAt: string | null;
  readonly runs: number;
  readonly completed: number;
  readonly unhappy: number;
}
