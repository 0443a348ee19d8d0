import type { Execution } from '#lib/contracts/executions.ts';

/** What is known of a run in a list: enough for a shorter sentence. */
export type RunFacts = Pick<
  Execution,
  | 'status'
  | 'created'
  | 'started_at'
  | 'finished_at'
  | 'end_reason'
  | 'exit_code'
  | 'error'
  | 'timeout_seconds'
  | 'attempt_count'
> &
  Partial<
    Pick<
      Execution,
      | 'run_after'
      | 'cancel_requested_at'
      | 'cancel_requested_by'
      | 'cancel_reason'
      | 'max_retries'
      | 'idempotent'
      | 'deadline_at'
      | 'deadline_seconds'
      | 'queue_timeout_seconds'
      | 'concurrency'
    >
  >;
